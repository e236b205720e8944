import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleStatementId, statementId } from "./get-statement.ts";

export const cancelStatement = defineOperation({
  name: "cancel_statement",
  domain: "sql",
  since: "0.1.0",
  summary: "Asks Databricks to cancel a statement. A statement that has ended does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["NOT_FOUND"],
  route: { method: "post", path: "/api/statements/:statement_id/cancel" },
  target: targets.resource("statement"),
  params: z.strictObject({ statement_id: statementId }),
  result: z.object({}).meta({ id: "CancelledStatement" }),
  examples: [{ params: { statement_id: exampleStatementId }, result: {} }],
});
