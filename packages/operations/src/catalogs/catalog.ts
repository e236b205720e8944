import * as z from "zod";
import { securableFields } from "../securable-fields.ts";

export const catalog = z
  .object({
    name: z.string().describe("The catalog's name."),
    catalog_type: z.string().optional().describe("`MANAGED_CATALOG`, `FOREIGN_CATALOG`, `SYSTEM_CATALOG`, …"),
    ...securableFields,
  })
  .meta({ id: "Catalog" });
