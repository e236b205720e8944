import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { statement, statementExample, statementId } from "./statement.ts";

export const getStatement = defineOperation({
  name: "get_statement",
  summary: "Gets the state of a statement of this identity, and its columns once it has succeeded.",
  kind: "query",
  errors: ["NOT_FOUND"],
  route: { method: "get", path: "/api/statements/:statement_id", tag: "SQL" },
  target: targets.resource("statement"),
  params: z.strictObject({ statement_id: statementId }),
  result: statement,
  examples: [{ params: { statement_id: "01ef-2c5d-1f0e-9a54" }, result: statementExample }],
});
