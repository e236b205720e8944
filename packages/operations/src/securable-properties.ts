import * as z from "zod";

/** What a creation or an update can set, of catalogs and schemas alike. */
export const settableFields = {
  comment: z.string().max(4096).optional().describe("Its comment."),
  properties: z
    .record(z.string().min(1).max(255), z.string().max(4096))
    .refine((properties) => Object.keys(properties).length <= 100, "must have at most 100 entries")
    .optional()
    .describe("Its properties: names with values, at most 100. An update replaces all of them."),
};

export const shownProperties = z
  .record(z.string(), z.string())
  .optional()
  .describe("Its properties: names with values.");

/** For an update, which needs something to do. */
export function isUpdate({ new_name, comment, properties }: Record<string, unknown>): boolean {
  return [new_name, comment, properties].some((value) => value !== undefined);
}

export const nothingToUpdate = {
  path: ["new_name"],
  message: "set new_name, comment or properties",
};

/** {@link isUpdate}, for the API document. */
export const isUpdateInDocument = {
  anyOf: [{ required: ["new_name"] }, { required: ["comment"] }, { required: ["properties"] }],
};
