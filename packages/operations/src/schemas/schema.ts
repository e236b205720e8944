import * as z from "zod";
import { securableFields } from "../securable-fields.ts";

export const schema = z
  .object({
    name: z.string().describe("The schema's name."),
    full_name: z.string().describe("`catalog.schema`."),
    catalog_name: z.string().describe("The catalog it is in."),
    ...securableFields,
  })
  .meta({ id: "Schema" });
