import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import type { Handler } from "../handler.ts";
import { ownStatement } from "./own-statement.ts";
import { statementView } from "./statement-view.ts";

export const getStatement: Handler<"get_statement"> = async ({ statement_id }, { signal }) => {
  const statements = service(StatementExecutionService);
  return statementView(await ownStatement(statements.getStatement({ statement_id }, sdkContext(signal))));
};
