import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { slugFromName } from "../slug-from-name.ts";
import { targets } from "../target.ts";
import { volume, volumeComment, volumeExample, volumeParams } from "./volume.ts";

interface EitherName {
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
}

/** The given name, or the name made from the display name. */
export function volumeNameOf({ name, display_name }: EitherName): string {
  return name ?? slugFromName(display_name ?? "");
}

export const ensureVolume = defineOperation({
  name: "ensure_volume",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Creates a managed volume, or returns the existing volume of this name, unchanged.",
  kind: "mutation",
  idempotent: true,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/volumes" },
  target: (params) => targets.securable("volume")({ ...params, name: volumeNameOf(params) }),
  params: z
    .strictObject({
      ...volumeParams,
      name: volumeParams.name
        .optional()
        .describe("The volume's exact name, without catalog and schema. Either this or `display_name`."),
      display_name: z
        .string()
        .max(1024, { error: "must be at most 1024 characters", abort: true })
        .refine((text) => slugFromName(text) !== "", "must contain at least one Latin letter or digit")
        // Other letters that become Latin ones are accepted too.
        .meta({ pattern: "[0-9A-Za-z]" })
        .optional()
        .describe(
          "Free text from which the volume's name is made: lower-case ASCII letters, digits and underscores. The same text always makes the same name.",
        ),
      comment: volumeComment,
    })
    .refine((params) => (params.name === undefined) !== (params.display_name === undefined), {
      path: ["name"],
      message: "set either name or display_name",
    })
    .meta({ id: "VolumeToEnsure", oneOf: [{ required: ["name"] }, { required: ["display_name"] }] }),
  result: z
    .object({
      volume: volume.describe("The volume, new or existing."),
      created: z.boolean().describe("Whether this call created it."),
    })
    .meta({ id: "EnsuredVolume" }),
  examples: [
    {
      params: { catalog: "main", schema: "default", name: "files", comment: "Uploads of the sales app" },
      result: { volume: volumeExample, created: true },
    },
  ],
});
