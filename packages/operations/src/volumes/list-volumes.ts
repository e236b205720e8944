import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { schemaParams } from "../securable-name.ts";
import { targets } from "../target.ts";
import { volume, volumeExample } from "./volume.ts";

export const listVolumes = defineOperation({
  name: "list_volumes",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the volumes of a schema that the identity may see.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/volumes" },
  target: targets.securable("volume"),
  params: z.strictObject({ ...schemaParams, ...pageParams }),
  result: pageOf("VolumePage", {
    volumes: z.array(volume).default([]).describe("The volumes of this page."),
  }),
  examples: [{ params: { catalog: "main", schema: "default" }, result: { volumes: [volumeExample] } }],
});
