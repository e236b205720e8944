import type { ColumnEntry, TableEntry } from "../catalog-source.ts";
import { quoteName } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { changed, type Outcome, type StatementRun } from "../statement-run.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Query } from "../syntax/query-ast.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { parseExpressionText } from "../syntax/statement-parser.ts";
import { truth } from "../translate/operators.ts";
import { columnName, newScope, type TranslatedQuery, withoutAggregates } from "../translate/scope.ts";
import { typed } from "../translate/typed.ts";
import { defaultValue, findColumn, storeValue } from "./store-value.ts";
import { targetColumns } from "./update-statement.ts";

type Insert = StatementOf<"insert">;

export async function runInsert(statement: Insert, run: StatementRun): Promise<Outcome> {
  const target = run.target(statement.target);
  const outcome = await insertInto(target, statement, run);
  await run.noteLineage(target.path);
  return outcome;
}

async function insertInto(
  { path, entry, data }: ReturnType<StatementRun["target"]>,
  statement: Insert,
  run: StatementRun,
): Promise<Outcome> {
  requirePartitionColumns(statement, entry);
  const query = run.translation.query(withDefaults(statement, entry));
  const rows = rowsFor(statement, entry, query, path, run);
  if (statement.replaceWhere !== undefined) return replaceWhere(statement, path, entry, { data, rows }, run);
  if (!statement.overwrite) {
    const count = await run.change(`INSERT INTO ${data} ${rows}`);
    return changed({ num_affected_rows: count, num_inserted_rows: count });
  }
  return overwrite(data, rows, undefined, run);
}

/**
 * A partition column without a value takes it from the query. INSERT OVERWRITE then replaces the whole table, because SQL
 * warehouses have no dynamic mode of overwriting.
 */
function requirePartitionColumns({ partition, overwrite: isOverwrite }: Insert, entry: TableEntry): void {
  if (isOverwrite && partition.some(({ value }) => value !== undefined))
    throw unsupported("INSERT_OVERWRITE_PARTITION", "INSERT OVERWRITE … PARTITION with a value");
  const { partitionColumns = [] } = entry;
  for (const { column, value } of partition) {
    if (value !== undefined || partitionColumns.includes(findColumn(entry.columns, column).name)) continue;
    const text = `PARTITION clause cannot contain the non-partition column: \`${column}\`.`;
    throw new SqlError("NON_PARTITION_COLUMN", text);
  }
}

/** Replaces the rows that the condition holds for. Throws if it does not hold for each of the new ones. */
async function replaceWhere(
  { replaceWhere: condition, columns, byName }: Insert,
  path: readonly string[],
  entry: TableEntry,
  { data, rows }: { data: string; rows: string },
  run: StatementRun,
): Promise<Outcome> {
  if (condition === undefined) throw new Error("Only for REPLACE WHERE.");
  if (columns.length > 0 && !byName) throw unsupported("INSERT_REPLACE", "a column list with REPLACE WHERE");
  run.source.require(run.principal, "SELECT", "TABLE", path);
  const alias = run.translation.fresh("t");
  const scope = withoutAggregates(
    newScope(undefined, targetColumns(entry, path, undefined, alias)),
    "REPLACE WHERE",
  );
  const where = truth(run.translation.expression(condition, scope), "WHERE", run.translation, condition.at);
  return overwrite(data, rows, { alias, where }, run);
}

/** Collects the new rows first, since they may be read from the table itself. */
async function overwrite(
  data: string,
  rows: string,
  replaced: { alias: string; where: string } | undefined,
  run: StatementRun,
): Promise<Outcome> {
  await run.change(`CREATE OR REPLACE TEMP TABLE new_rows AS ${rows}`);
  const { alias, where } = replaced ?? { alias: "t", where: "true" };
  const others = await run.rows(`SELECT 1 FROM new_rows AS ${alias} WHERE (${where}) IS NOT TRUE LIMIT 1`);
  if (others.length > 0)
    throw new SqlError(
      "DELTA_REPLACE_WHERE_MISMATCH",
      "Written data does not conform to partial table overwrite condition or constraint of REPLACE WHERE.",
    );
  await run.change("BEGIN TRANSACTION");
  try {
    await run.rows(`DELETE FROM ${data} AS ${alias} WHERE ${where}`);
    const count = await plainChange(`INSERT INTO ${data} SELECT * FROM new_rows`, run);
    await plainChange("COMMIT", run);
    return changed({ num_affected_rows: count, num_inserted_rows: count });
  } catch (error) {
    await plainChange("ROLLBACK", run);
    throw error;
  }
}

const plainChange = (sql: string, run: StatementRun): Promise<number> => run.change(sql);

/** The query's columns in the table's order and types. A missing column gets its default. */
function rowsFor(
  statement: Insert,
  entry: TableEntry,
  query: TranslatedQuery,
  path: readonly string[],
  run: StatementRun,
): string {
  const given = givenColumns(statement, entry, query);
  const fixed = new Map(
    statement.partition.flatMap(({ column, value }) =>
      value === undefined ? [] : [[findColumn(entry.columns, column), value] as const],
    ),
  );
  refuseRepeated(given, statement);
  const free = given.filter((column) => !fixed.has(column));
  if (free.length !== query.columns.length) throw arity(free, query, path);
  const name = run.translation.fresh("s");
  const items = entry.columns.map((column) => {
    const constant = fixed.get(column);
    if (constant !== undefined)
      return storeValue(run.translation.expression(constant, newScope(undefined)), column);
    const place = free.indexOf(column);
    const source = query.columns[place];
    if (source === undefined) return defaultValue(column, run.translation);
    return storeValue(typed(`${name}.${columnName(place)}`, source.type), column);
  });
  return `SELECT ${items.map((item, i) => `${item} AS ${quoteName(entry.columns[i]?.name ?? "")}`).join(", ")} FROM (${query.sql}) AS ${name}`;
}

/** The query with the defaults of the columns in place of DEFAULT, which is a value of its own in VALUES or SELECT. */
function withDefaults({ query, columns, partition, byName }: Insert, entry: TableEntry): Query {
  const { body } = query;
  const named = columns.map((name) => findColumn(entry.columns, name));
  const fixed = new Set(
    partition
      .filter(({ value }) => value !== undefined)
      .map(({ column }) => findColumn(entry.columns, column)),
  );
  const targets = (named.length > 0 ? named : entry.columns).filter((column) => !fixed.has(column));
  const filled = (value: Expression, i: number): Expression => {
    const target = targets[i];
    return target !== undefined && isDefault(value) ? defaultExpression(target, value.at) : value;
  };
  if (body.kind === "values")
    return { ...query, body: { ...body, rows: body.rows.map((row) => row.map(filled)) } };
  if (body.kind !== "select") return query;
  // BY NAME, an alias says which column's default it is.
  const items = body.items.map((item, i) => {
    const [alias = ""] = item.aliases;
    const place = byName ? targets.indexOf(findColumn(entry.columns, alias)) : i;
    return isDefault(item.expression) ? { ...item, expression: filled(item.expression, place) } : item;
  });
  return { ...query, body: { ...body, items } };
}

const isDefault = (node: Expression): boolean =>
  node.kind === "column" &&
  "parts" in node.name &&
  node.name.parts.length === 1 &&
  node.name.parts[0]?.toUpperCase() === "DEFAULT";

const defaultExpression = (column: ColumnEntry, at: number): Expression =>
  column.defaultText === undefined ? { kind: "null", at } : parseExpressionText(column.defaultText);

function refuseRepeated(given: ColumnEntry[], statement: Insert): void {
  const repeated = given.find((column, i) => given.indexOf(column) < i);
  if (repeated === undefined) return;
  if (statement.byName)
    throw new SqlError(
      "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME",
      `Cannot write incompatible data for the table: Ambiguous column name in the input data \`${repeated.name}\`.`,
    );
  throw new SqlError(
    "COLUMN_ALREADY_EXISTS",
    `The column \`${repeated.name}\` already exists. Choose another name or rename the existing column.`,
  );
}

function givenColumns(statement: Insert, entry: TableEntry, query: TranslatedQuery): ColumnEntry[] {
  if (statement.byName) return query.columns.map((column) => findColumn(entry.columns, column.name));
  if (statement.columns.length > 0) return statement.columns.map((name) => findColumn(entry.columns, name));
  return entry.columns;
}

function arity(wanted: ColumnEntry[], query: TranslatedQuery, path: readonly string[]): SqlError {
  const few = query.columns.length < wanted.length;
  const text = `Cannot write to \`${path.join("`.`")}\`, the reason is ${few ? "not enough" : "too many"} data columns: Table columns: ${wanted.map((column) => `\`${column.name}\``).join(", ")}. Data columns: ${query.columns.map((column) => `\`${column.name}\``).join(", ")}.`;
  return new SqlError(`INSERT_COLUMN_ARITY_MISMATCH.${few ? "NOT_ENOUGH" : "TOO_MANY"}_DATA_COLUMNS`, text);
}
