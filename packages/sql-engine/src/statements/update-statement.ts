import type { TableEntry } from "../catalog-source.ts";
import { quoteName } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { changed, type Outcome, type StatementRun } from "../statement-run.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Assignment, StatementOf } from "../syntax/statement-ast.ts";
import { truth } from "../translate/operators.ts";
import {
  columnValue,
  newScope,
  type Scope,
  type ScopeColumn,
  withoutAggregates,
} from "../translate/scope.ts";
import { tableColumns } from "../translate/table-columns.ts";
import { assigned, findColumn } from "./store-value.ts";

/** The columns of a table with this alias in DuckDB. */
export function targetColumns(
  entry: TableEntry,
  path: readonly string[],
  alias: string | undefined,
  duckAlias: string,
): ScopeColumn[] {
  const qualifier = (alias === undefined ? [...path] : [alias]).map((part) => part.toLowerCase());
  return tableColumns(entry).map((column) => ({
    name: column.name,
    qualifier,
    value: columnValue(column, `${duckAlias}.${quoteName(column.name)}`),
  }));
}

export async function runUpdate(statement: StatementOf<"update">, run: StatementRun): Promise<Outcome> {
  const { path, entry, data } = run.target(statement.target);
  const name = run.translation.fresh("t");
  const scope = withoutAggregates(
    newScope(undefined, targetColumns(entry, path, statement.alias, name)),
    "UPDATE",
  );
  const set = setClause(statement.assignments, entry, scope, run);
  const count = await run.change(
    `UPDATE ${data} AS ${name} SET ${set}${whereClause(statement.where, scope, run)}`,
  );
  await run.noteLineage(path);
  return changed({ num_affected_rows: count });
}

export function setClause(
  assignments: Assignment[],
  entry: TableEntry,
  scope: Scope,
  run: StatementRun,
): string {
  const seen = new Set<string>();
  return assignments
    .map(({ column: parts, value }) => {
      const name = parts.at(-1) ?? "";
      const isField =
        parts.length > 1 &&
        entry.columns.some((column) => column.name.toLowerCase() === parts.at(-2)?.toLowerCase());
      if (isField) throw unsupported("UPDATE_FIELD", "SET of a struct's field");
      const column = findColumn(entry.columns, name);
      if (seen.has(column.name))
        throw new SqlError(
          "DELTA_CONFLICT_SET_COLUMN",
          `There is a conflict from these SET columns: \`${column.name}\`.`,
        );
      seen.add(column.name);
      return `${quoteName(column.name)} = ${assigned(value, column, scope, run.translation)}`;
    })
    .join(", ");
}

function whereClause(where: Expression | undefined, scope: Scope, run: StatementRun): string {
  return where === undefined
    ? ""
    : ` WHERE ${truth(run.translation.expression(where, scope), "WHERE", run.translation, where.at)}`;
}

export async function runDelete(statement: StatementOf<"delete">, run: StatementRun): Promise<Outcome> {
  const { path, entry, data } = run.target(statement.target);
  const name = run.translation.fresh("t");
  const scope = withoutAggregates(
    newScope(undefined, targetColumns(entry, path, statement.alias, name)),
    "DELETE",
  );
  const count = await run.change(`DELETE FROM ${data} AS ${name}${whereClause(statement.where, scope, run)}`);
  return changed({ num_affected_rows: count });
}

export async function runTruncate(statement: StatementOf<"truncate">, run: StatementRun): Promise<Outcome> {
  const { data } = run.target(statement.target);
  const count = await run.change(`DELETE FROM ${data}`);
  return changed({ num_affected_rows: count });
}
