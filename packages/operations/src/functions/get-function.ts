import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { exampleFunction, functionInfo } from "./function-info.ts";

export const getFunction = defineOperation({
  name: "get_function",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets one function, with its parameters and its body.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "FUNCTION_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/functions/:catalog/:schema/:name" },
  target: targets.securable("function"),
  params: z.strictObject({
    ...schemaParams,
    name: securableName.describe("The function's name, without catalog and schema."),
  }),
  result: functionInfo,
  examples: [{ params: { catalog: "main", schema: "sales", name: "net_amount" }, result: exampleFunction }],
});
