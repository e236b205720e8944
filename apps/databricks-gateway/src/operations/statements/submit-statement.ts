import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type {
  ExecuteStatementRequest,
  StatementParameterListItem,
  StatementResponse,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { SqlParameters } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { requestTag } from "../../sql/request-tag.ts";
import { typedParameter } from "../../sql/typed-parameter.ts";
import type { Handler } from "../handler.ts";
import { onWarehouse, warehouseIdOf } from "../warehouses/choose-warehouse.ts";
import type { QueryTag } from "./statement-ids.ts";
import { statementView } from "./statement-view.ts";

export const submitStatement: Handler<"submit_statement"> = async (params, context) => {
  const { signal, statementIds, requestId } = context;
  const { sql, catalog, schema, row_limit } = params;
  const request = {
    statement: sql,
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    ...(row_limit === undefined ? {} : { row_limit }),
    parameters: parametersOf(params.params),
    // Does not wait: a caller who wants to wait polls the state.
    wait_timeout: "0s",
    // Inline results have at most 25 MiB, and only as text.
    disposition: "EXTERNAL_LINKS",
    format: "ARROW_STREAM",
  } as const;
  const query_tags = [statementIds.tag, { key: requestTag, value: requestId }];
  const { client } = service(StatementExecutionService, signal);
  const statement = await onWarehouse(params, context, ({ httpPath }) =>
    execute(client, { ...request, warehouse_id: warehouseIdOf(httpPath), query_tags }),
  );
  const { statement_id: id } = statement;
  return statementView(statement, id ? statementIds.sign(id) : undefined);
};

/** What the SDK's `executeStatement` does, but it leaves the tags out (docs/sdk-transport.md, SDK 16). */
async function execute(
  client: StatementExecutionService["client"],
  payload: ExecuteStatementRequest & { readonly query_tags: readonly QueryTag[] },
): Promise<StatementResponse> {
  const headers = new Headers({ accept: "application/json", "content-type": "application/json" });
  const path = "/api/2.0/sql/statements";
  return (await client.request({ path, method: "POST", headers, raw: false, payload })) as StatementResponse;
}

/**
 * The parameters in Databricks' form. Positional ones have an `ordinal` from 1 in place of a name, as Databricks' JDBC driver
 * sends them (docs/databricks.md, Statement Execution).
 */
function parametersOf(params: SqlParameters | undefined): StatementParameterListItem[] {
  const places = Array.isArray(params)
    ? params.map((parameter, index) => [{ ordinal: index + 1 }, parameter] as const)
    : Object.entries(params ?? {}).map(([name, parameter]) => [{ name }, parameter] as const);
  return places.map(([place, parameter]) => {
    const { value, type } = typedParameter(parameter);
    // A parameter without a value is NULL. VOID is not a type here, so it has none. The SDK's type knows names only.
    return (value === null ? place : { ...place, value, type }) as StatementParameterListItem;
  });
}
