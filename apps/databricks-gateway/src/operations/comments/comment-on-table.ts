import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type { StatementStatus } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import type { OperationContext } from "../handler.ts";
import { inBackticks } from "../in-backticks.ts";
import { failureOf } from "../statements/statement-view.ts";
import { asOfTable } from "../tables/as-of-table.ts";
import { onWarehouse, warehouseIdOf } from "../warehouses/choose-warehouse.ts";

interface CommentedTable {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
  readonly column?: string | undefined;
  readonly comment: string;
  readonly warehouse_id?: string | undefined;
}

/** The API of tables changes only their owner, so the comments of tables and columns are set by SQL. */
export async function commentOnTable(table: CommentedTable, context: OperationContext): Promise<void> {
  const { catalog = "", schema = "", name, column, comment, warehouse_id } = table;
  const names = [catalog, schema, name, ...(column === undefined ? [] : [column])];
  const what = column === undefined ? "TABLE" : "COLUMN";
  const text = comment === "" ? "NULL" : inQuotes(comment);
  const sql = `COMMENT ON ${what} ${names.map(inBackticks).join(".")} IS ${text}`;
  const statements = service(StatementExecutionService, context.signal);
  const { status } = await onWarehouse({ sql, warehouse_id }, context, ({ httpPath }) =>
    statements.executeStatement({
      statement: sql,
      warehouse_id: warehouseIdOf(httpPath),
      // The longest that Databricks takes.
      wait_timeout: "50s",
      on_wait_timeout: "CANCEL",
    }),
  );
  if (status?.state !== "SUCCEEDED") throw asOfTable(failure(status));
}

function failure(status: StatementStatus | undefined): OperationError {
  if (status?.state === "FAILED") {
    const message = status.error?.message ?? "The statement failed.";
    return new OperationError("STATEMENT_FAILED", message, { details: [failureOf(status)] });
  }
  return new OperationError(
    "DEADLINE_EXCEEDED",
    "The statement did not end within 50 seconds. Its SQL warehouse may be starting.",
    { outcome: "unknown" },
  );
}

/** A text as SQL writes it. Nothing in it ends the quotes, whether or not the session reads escapes in texts. */
function inQuotes(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
