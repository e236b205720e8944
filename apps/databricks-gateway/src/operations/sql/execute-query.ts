import { jsonRowLimitDefault } from "@front-door/operations";
import type { Handler } from "../handler.ts";
import { runQuery } from "./run-query.ts";

export const executeQuery: Handler<"execute_query"> = async (params, context) => {
  const { row_limit = params.format === "json" ? jsonRowLimitDefault : undefined } = params;
  return runQuery({ ...params, row_limit }, context);
};
