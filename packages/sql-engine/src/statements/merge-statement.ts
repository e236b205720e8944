import type { TableEntry } from "../catalog-source.ts";
import { quoteName } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { changed, type Outcome, type StatementRun } from "../statement-run.ts";
import type { MergeAction, MergeBranch, StatementOf } from "../syntax/statement-ast.ts";
import { holdsSubquery } from "../translate/join-subqueries.ts";
import { truth } from "../translate/operators.ts";
import {
  columnName,
  columnValue,
  newScope,
  type Scope,
  type ScopeColumn,
  withoutAggregates,
} from "../translate/scope.ts";
import { assigned, defaultValue, findColumn, storeValue } from "./store-value.ts";
import { setClause, targetColumns } from "./update-statement.ts";

interface Sides {
  entry: TableEntry;
  source: ScopeColumn[];
  target: ScopeColumn[];
  both: Scope;
}

export async function runMerge(statement: StatementOf<"merge">, run: StatementRun): Promise<Outcome> {
  if (statement.afterWith === true && [statement.on, statement.branches].some(holdsSubquery))
    throw unsupported("WITH_MERGE", "WITH before a MERGE that has a subquery outside its source");
  const { path, entry, data } = run.target(statement.target);
  const query = run.translation.query(statement.source);
  const [t, s] = [run.translation.fresh("t"), run.translation.fresh("s")];
  const target = targetColumns(entry, path, statement.alias, t);
  const source = query.columns.map(
    (column, i): ScopeColumn => ({
      name: column.name,
      qualifier: statement.sourceAlias === undefined ? [] : [statement.sourceAlias.toLowerCase()],
      value: columnValue(column, `${s}.${columnName(i)}`),
    }),
  );
  const both = withoutAggregates(newScope(undefined, [...target, ...source]), "MERGE");
  const sides: Sides = { entry, source, target, both };
  const on = truth(run.translation.expression(statement.on, both), "ON", run.translation, statement.on.at);
  const branches = statement.branches.map((branch) => branchText(branch, sides, run));
  const from = `(${query.sql}) AS ${s}`;
  await run.change("BEGIN TRANSACTION");
  try {
    await refuseSecondMatch(statement, `${data} AS ${t} JOIN ${from} ON ${on}`, t, sides, run);
    const actions = await run.rows(
      `MERGE INTO ${data} AS ${t} USING ${from} ON ${on} ${branches.join(" ")} RETURNING merge_action`,
    );
    await run.change("COMMIT");
    await run.noteLineage(path);
    const count = (action: string) => actions.filter(([one]) => one === action).length;
    const counts = {
      num_updated_rows: count("UPDATE"),
      num_deleted_rows: count("DELETE"),
      num_inserted_rows: count("INSERT"),
    };
    return changed({ num_affected_rows: actions.length, ...counts });
  } catch (error) {
    await run.change("ROLLBACK");
    throw error;
  }
}

/** Throws if several source rows match one target row, except for a plain DELETE, as in Delta. DuckDB takes the last. */
async function refuseSecondMatch(
  statement: StatementOf<"merge">,
  joined: string,
  t: string,
  sides: Sides,
  run: StatementRun,
): Promise<void> {
  const matched = statement.branches.filter((branch) => branch.when === "MATCHED");
  const [only] = matched;
  if (
    only === undefined ||
    (matched.length === 1 && only.action.kind === "delete" && only.condition === undefined)
  )
    return;
  const conditions = matched.map((branch) =>
    branch.condition === undefined ? "true" : condition(branch, sides.both, run),
  );
  const [row] = await run.rows(
    `SELECT count(*) FROM (SELECT ${t}.rowid FROM ${joined} WHERE ${conditions.map((one) => `(${one})`).join(" OR ")} GROUP BY ${t}.rowid HAVING count(*) > 1)`,
  );
  if (Number(row?.[0]) === 0) return;
  throw new SqlError(
    "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
    "Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta table in possibly conflicting ways.",
  );
}

function condition(branch: MergeBranch, scope: Scope, run: StatementRun): string {
  if (branch.condition === undefined) return "true";
  return truth(
    run.translation.expression(branch.condition, scope),
    "WHEN",
    run.translation,
    branch.condition.at,
  );
}

function branchText(branch: MergeBranch, sides: Sides, run: StatementRun): string {
  const visible =
    branch.when === "MATCHED"
      ? [...sides.target, ...sides.source]
      : branch.when === "NOT MATCHED BY SOURCE"
        ? sides.target
        : sides.source;
  const scope = withoutAggregates(newScope(undefined, visible), "MERGE");
  const extra = branch.condition === undefined ? "" : ` AND ${condition(branch, scope, run)}`;
  return `WHEN ${branch.when}${extra} THEN ${actionText(branch.action, scope, sides, run)}`;
}

function actionText(action: MergeAction, scope: Scope, sides: Sides, run: StatementRun): string {
  if (action.kind === "delete") return "DELETE";
  if (action.kind === "update") {
    const set =
      action.assignments === "all"
        ? allColumns(sides)
            .map(({ column, value }) => `${quoteName(column)} = ${value}`)
            .join(", ")
        : setClause(action.assignments, sides.entry, scope, run);
    return `UPDATE SET ${set}`;
  }
  const values = action.values;
  if (values === "all") {
    const all = allColumns(sides);
    return `INSERT (${all.map(({ column }) => quoteName(column)).join(", ")}) VALUES (${all.map(({ value }) => value).join(", ")})`;
  }
  if (values.length !== action.columns.length)
    throw new SqlError(
      "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
      "INSERT in MERGE must have as many values as columns.",
    );
  const named = action.columns.map((name) => findColumn(sides.entry.columns, name));
  if (new Set(named).size < named.length)
    throw new SqlError("DELTA_DUPLICATE_COLUMNS_ON_INSERT", "Duplicate column names in INSERT clause.");
  const items = sides.entry.columns.map((column) => {
    const place = named.indexOf(column);
    const value = values[place];
    return value === undefined
      ? defaultValue(column, run.translation)
      : assigned(value, column, scope, run.translation);
  });
  return `INSERT (${sides.entry.columns.map((column) => quoteName(column.name)).join(", ")}) VALUES (${items.join(", ")})`;
}

/** `SET *` and `INSERT *`: every column of the target from the source's column of the same name. */
function allColumns(sides: Sides): { column: string; value: string }[] {
  return sides.entry.columns.map((column) => {
    const source = sides.source.find((one) => one.name.toLowerCase() === column.name.toLowerCase());
    if (source === undefined)
      throw new SqlError(
        "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
        `A column with name \`${column.name}\` cannot be resolved in the source of MERGE.`,
      );
    return { column: column.name, value: storeValue(source.value, column) };
  });
}
