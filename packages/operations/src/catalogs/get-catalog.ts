import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { catalog } from "./catalog.ts";

export const getCatalog = defineOperation({
  name: "get_catalog",
  summary: "Gets one catalog.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/catalogs/:name", tag: "Unity Catalog" },
  target: targets.securable("catalog"),
  params: z.strictObject({ name: securableName.describe("The catalog's name.") }),
  result: catalog,
  examples: [{ params: { name: "main" }, result: { name: "main", catalog_type: "MANAGED_CATALOG" } }],
});
