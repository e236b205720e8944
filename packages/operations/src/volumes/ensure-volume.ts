import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { volume, volumeComment, volumeExample, volumeParams } from "./volume.ts";

export const ensureVolume = defineOperation({
  name: "ensure_volume",
  summary: "Makes a managed volume, or gives the one of this name that is there, unchanged.",
  kind: "mutation",
  idempotent: true,
  timeoutMs: 30_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  params: z.strictObject({ ...volumeParams, comment: volumeComment }),
  result: z
    .object({
      volume: volume.describe("The volume, new or old."),
      created: z.boolean().describe("Whether this call made it."),
    })
    .meta({ id: "EnsuredVolume" }),
  examples: [
    {
      params: { catalog: "main", schema: "default", name: "files", comment: "Uploads of the sales app" },
      result: { volume: volumeExample, created: true },
    },
  ],
});
