import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { ownStatement } from "./own-statement.ts";

export const cancelStatement: Handler<"cancel_statement"> = async (params, { signal, statementIds }) => {
  const statement_id = statementIds.open(params.statement_id);
  const statements = service(StatementExecutionService, signal);
  await ownStatement(statements.cancelExecution({ statement_id }));
  return {};
};
