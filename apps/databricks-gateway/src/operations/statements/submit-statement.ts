import type { StatementResponse } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { typedParameter } from "../../sql/typed-parameter.ts";
import type { Handler } from "../handler.ts";
import { chooseWarehouse, warehouseIdOf } from "../warehouses/choose-warehouse.ts";
import { submit } from "./statement-call.ts";
import { statementView } from "./statement-view.ts";

export const submitStatement: Handler<"submit_statement"> = async (params, { signal }) => {
  const { sql, catalog, schema, row_limit } = params;
  const reply = await submit<StatementResponse>(
    {
      warehouse_id: warehouseIdOf(await chooseWarehouse(signal)),
      statement: sql,
      catalog,
      schema,
      row_limit,
      parameters: Object.entries(params.params ?? {}).map(([name, parameter]) => {
        const { value, type } = typedParameter(parameter);
        // A parameter without a value is NULL; its type may be named all the same, but VOID is none here.
        return value === null ? { name } : { name, value, type };
      }),
      // At once: whoever wants to wait asks for the state.
      wait_timeout: "0s",
      disposition: "INLINE",
      format: "JSON_ARRAY",
    },
    signal,
  );
  return statementView(reply);
};
