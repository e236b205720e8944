import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { securableName } from "../securable-name.ts";
import { targets } from "../target.ts";

export const deleteCatalog = defineOperation({
  name: "delete_catalog",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Deletes a catalog, with `force` everything in it too.",
  kind: "destructive",
  timeoutMs: 60_000,
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/catalogs/:name" },
  alsoNeeds: { force: ["delete_schema", "delete_table", "delete_volume"] },
  target: targets.withContents("catalog"),
  params: z.strictObject({
    name: securableName.describe("The catalog's name."),
    force: z
      .boolean()
      .default(false)
      .describe(
        "Deletes its schemas, tables, volumes and functions too. Without it, a catalog that is not empty is kept.",
      ),
  }),
  result: z.object({}),
  examples: [{ params: { name: "research", force: true }, result: {} }],
});
