import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { volume, volumeExample, volumeParams } from "./volume.ts";

export const listVolumes = defineOperation({
  name: "list_volumes",
  summary: "The volumes of a schema that the identity may see.",
  kind: "query",
  idempotent: true,
  timeoutMs: 30_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/volumes", tag: "Unity Catalog" },
  target: targets.securable("volume"),
  params: z.strictObject({ catalog: volumeParams.catalog, schema: volumeParams.schema, ...pageParams }),
  result: z
    .object({
      volumes: z.array(volume).default([]).describe("The volumes of this page."),
      next_page_token: nextPageToken,
    })
    .meta({ id: "VolumePage" }),
  examples: [{ params: { catalog: "main", schema: "default" }, result: { volumes: [volumeExample] } }],
});
