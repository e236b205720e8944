import type { Handler } from "../handler.ts";
import { statementCall } from "./statement-call.ts";

export const cancelStatement: Handler<"cancel_statement"> = async ({ statement_id }, { signal }) => {
  await statementCall("POST", statement_id, "/cancel", signal);
  return {};
};
