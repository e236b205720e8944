import * as z from "zod";
import { epochMs } from "./epoch-ms.ts";

/** What Unity Catalog keeps of every catalog, schema, table and volume alike. */
export const securableFields = {
  comment: z.string().optional().describe("What its owner wrote about it."),
  owner: z.string().optional().describe("The user, group or service principal that owns it."),
  created_at: epochMs.optional().describe("When it was made, in milliseconds since 1970."),
  created_by: z.string().optional().describe("Who made it."),
  updated_at: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
  updated_by: z.string().optional().describe("Who last changed it."),
};
