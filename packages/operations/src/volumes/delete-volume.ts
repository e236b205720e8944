import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { volumeParams } from "./volume.ts";

export const deleteVolume = defineOperation({
  name: "delete_volume",
  summary: "Deletes a volume and, if it is managed, everything in it.",
  kind: "mutation",
  timeoutMs: 60_000,
  errors: ["VOLUME_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/volumes/:catalog/:schema/:name", tag: "Unity Catalog" },
  target: targets.securable("volume"),
  params: z.strictObject(volumeParams),
  result: z.object({}),
  examples: [{ params: { catalog: "main", schema: "default", name: "files" }, result: {} }],
});
