import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { ownStatement } from "./own-statement.ts";
import { statementView } from "./statement-view.ts";

export const getStatement: Handler<"get_statement"> = async (params, { signal, statementIds }) => {
  const statement_id = statementIds.open(params.statement_id);
  const call = service(StatementExecutionService, signal).getStatement({ statement_id });
  return statementView(await ownStatement(call), params.statement_id);
};
