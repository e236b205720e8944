import * as z from "zod";
import { exampleSpaceId } from "./genie-ids.ts";

export const genieSpace = z
  .object({
    space_id: z.string().describe("The space's id."),
    title: z.string().describe("The space's title."),
    description: z.string().optional().describe("What its data is about."),
    warehouse_id: z.string().optional().describe("The SQL warehouse that its queries run on."),
  })
  .meta({ id: "GenieSpace" });

export const exampleSpace = { space_id: exampleSpaceId, title: "Taxi trips" };
