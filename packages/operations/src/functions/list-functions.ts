import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { schemaParams } from "../securable-name.ts";
import { targets } from "../target.ts";
import { exampleFunction, functionInfo } from "./function-info.ts";

export const listFunctions = defineOperation({
  name: "list_functions",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the functions of a schema that the identity may see, with their parameters.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/functions" },
  target: targets.securable("function"),
  params: z.strictObject({ ...schemaParams, ...pageParams }),
  result: pageOf("FunctionPage", {
    functions: z.array(functionInfo).default([]).describe("The functions of this page."),
  }),
  examples: [{ params: { catalog: "main", schema: "sales" }, result: { functions: [exampleFunction] } }],
});
