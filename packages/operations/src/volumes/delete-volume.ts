import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { volumeParams } from "./volume.ts";

export const deleteVolume = defineOperation({
  name: "delete_volume",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Deletes a volume and, if it is managed, everything in it.",
  kind: "destructive",
  allowedByDefault: true,
  timeoutMs: 60_000,
  errors: ["VOLUME_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/volumes/:catalog/:schema/:name" },
  target: targets.securable("volume"),
  params: z.strictObject(volumeParams),
  result: z.object({}),
  examples: [{ params: { catalog: "main", schema: "default", name: "files" }, result: {} }],
});
