import * as z from "zod";
import { epochMs } from "./epoch-ms.ts";

/** The fields of every object of Unity Catalog. */
export const securableFields = {
  comment: z.string().optional().describe("Its comment."),
  owner: z.string().optional().describe("The user, group or service principal that owns it."),
  created_at: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
  created_by: z.string().optional().describe("Who created it."),
  updated_at: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
  updated_by: z.string().optional().describe("Who last changed it."),
};

/** The fields of every object in a schema. */
export const schemaObjectFields = {
  catalog_name: z.string().describe("The catalog it is in."),
  schema_name: z.string().describe("The schema it is in."),
  ...securableFields,
};
