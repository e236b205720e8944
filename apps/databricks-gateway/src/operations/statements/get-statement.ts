import type { StatementResponse } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { Handler } from "../handler.ts";
import { statementCall } from "./statement-call.ts";
import { statementView } from "./statement-view.ts";

export const getStatement: Handler<"get_statement"> = async ({ statement_id }, { signal }) => {
  return statementView(await statementCall<StatementResponse>("GET", statement_id, "", signal));
};
