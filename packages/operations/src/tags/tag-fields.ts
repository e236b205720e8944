import * as z from "zod";
import { columnParam, securableParams } from "../securable-reference.ts";

export const taggedParams = {
  ...securableParams(["catalog", "schema", "table", "volume"]),
  ...columnParam,
};

export const tagKey = z
  .string()
  .min(1, "must not be empty")
  .max(255)
  .regex(/^[^\p{Cc}]*$/u, "must not contain control characters")
  .refine((key) => key.isWellFormed(), "must be well-formed Unicode")
  .describe("The tag's key.");

export const tag = z
  .object({
    tag_key: z.string().describe("The tag's key."),
    tag_value: z.string().optional().describe("The tag's value."),
  })
  .meta({ id: "Tag" });

/** The errors of every operation on tags. The last one is for a column, and for a tag. */
export const missingTagged = [
  "CATALOG_DOES_NOT_EXIST",
  "SCHEMA_DOES_NOT_EXIST",
  "TABLE_DOES_NOT_EXIST",
  "RESOURCE_DOES_NOT_EXIST",
] as const;
