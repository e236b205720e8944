import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import { typedParameter } from "../../sql/typed-parameter.ts";
import type { Handler } from "../handler.ts";
import { onWarehouse, warehouseIdOf } from "../warehouses/choose-warehouse.ts";
import { statementView } from "./statement-view.ts";

export const submitStatement: Handler<"submit_statement"> = async (params, { signal, statementIds }) => {
  const { sql, catalog, schema, row_limit } = params;
  const request = {
    statement: sql,
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    ...(row_limit === undefined ? {} : { row_limit }),
    parameters: Object.entries(params.params ?? {}).map(([name, parameter]) => {
      const { value, type } = typedParameter(parameter);
      // A parameter without a value is NULL. VOID is not a type here, so it has none.
      return value === null ? { name } : { name, value, type };
    }),
    // Does not wait: a caller who wants to wait polls the state.
    wait_timeout: "0s",
    disposition: "INLINE",
    format: "JSON_ARRAY",
  } as const;
  const statements = service(StatementExecutionService, signal);
  const statement = await onWarehouse(signal, sql, ({ httpPath }) =>
    statements.executeStatement({ ...request, warehouse_id: warehouseIdOf(httpPath) }),
  );
  const { statement_id: id } = statement;
  return statementView(statement, id ? statementIds.sign(id) : undefined);
};
