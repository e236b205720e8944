import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { volume, volumeComment, volumeExample, volumeParams } from "./volume.ts";

export const createVolume = defineOperation({
  name: "create_volume",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Creates a managed volume. Fails if a volume of this name exists.",
  kind: "mutation",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "VOLUME_ALREADY_EXISTS"],
  target: targets.securable("volume"),
  params: z.strictObject({ ...volumeParams, comment: volumeComment }),
  result: volume,
  examples: [{ params: { catalog: "main", schema: "default", name: "files" }, result: volumeExample }],
});
