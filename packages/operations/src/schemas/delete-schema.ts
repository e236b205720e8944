import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { targets } from "../target.ts";

export const deleteSchema = defineOperation({
  name: "delete_schema",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Deletes a schema, with `force` everything in it too.",
  kind: "destructive",
  timeoutMs: 60_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/schemas/:catalog/:name" },
  alsoNeeds: { force: ["delete_table", "delete_volume"] },
  target: targets.withContents("schema"),
  params: z.strictObject({
    catalog: schemaParams.catalog,
    name: securableName.describe("The schema's name, without the catalog."),
    force: z
      .boolean()
      .default(false)
      .describe(
        "Deletes its tables, volumes and functions too. Without it, a schema that is not empty is kept.",
      ),
  }),
  result: z.object({}),
  examples: [{ params: { catalog: "main", name: "marketing", force: true }, result: {} }],
});
