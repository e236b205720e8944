import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { schema } from "./get-schema.ts";

export const listSchemas = defineOperation({
  name: "list_schemas",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the schemas of a catalog that the identity may see.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/schemas" },
  target: targets.securable("schema"),
  params: z.strictObject({ catalog: securableName.describe("The catalog's name."), ...pageParams }),
  result: pageOf("SchemaPage", {
    schemas: z.array(schema).default([]).describe("The schemas of this page."),
  }),
  examples: [
    {
      params: { catalog: "main" },
      result: { schemas: [{ name: "sales", full_name: "main.sales", catalog_name: "main" }] },
    },
  ],
});
