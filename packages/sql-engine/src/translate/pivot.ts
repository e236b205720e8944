import { quoteText } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { RelationOf } from "../syntax/query-ast.ts";
import { STRING } from "../types/data-type.ts";
import { toCommonType } from "./coerce.ts";
import { expressionName } from "./expression-name.ts";
import { resolveColumn } from "./resolve-column.ts";
import {
  columnName,
  newScope,
  type OutputColumn,
  type Scope,
  type ScopeColumn,
  type Source,
  type TranslatedQuery,
} from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** Groups by every column that PIVOT does not mention. A combination without rows is NULL, even for count(). */
export function translatePivot(
  node: RelationOf<"pivot">,
  source: Source,
  translation: Translation,
): TranslatedQuery {
  const scope = newScope(undefined, source.columns);
  const pivoted = node.columns.map((name) => resolveColumn([name], scope, translation, node.at));
  const used = new Set([
    ...node.columns.map((name) => name.toLowerCase()),
    ...node.aggregates.flatMap((item) => columnNames(item.expression)),
  ]);
  const keys = source.columns.filter(
    (column) => column.hidden !== true && !used.has(column.name.toLowerCase()),
  );
  const cells = node.values.flatMap((value) => {
    const conditions = value.values.map((one, i) =>
      equals(pivoted[i], translation.expression(one, scope), translation, node.at),
    );
    const condition = conditions.join(" AND ");
    return node.aggregates.map((item) =>
      pivotCell(
        item,
        condition,
        value.alias ?? value.values.map((one) => valueName(one, translation)).join("_"),
        node,
        scope,
        translation,
      ),
    );
  });
  const columns: OutputColumn[] = [
    ...keys.map((key) => ({ name: key.name, type: key.value.type, nullable: true })),
    ...cells.map(({ name, value }) => ({ name, type: value.type, nullable: true })),
  ];
  const items = [...keys.map((key) => key.value.sql), ...cells.map(({ value }) => value.sql)];
  const groupBy = keys.length === 0 ? "" : ` GROUP BY ${keys.map((key) => key.value.sql).join(", ")}`;
  return {
    sql: `SELECT ${items.map((item, i) => `${item} AS ${columnName(i)}`).join(", ")} FROM ${source.sql}${groupBy}`,
    columns,
  };
}

function equals(column: Typed | undefined, value: Typed, translation: Translation, at: number): string {
  if (column === undefined)
    throw new SqlError(
      "NUM_COLUMNS_MISMATCH",
      "Each value list of PIVOT must have as many values as there are columns.",
      translation.position(at),
    );
  const { values } = toCommonType([column, value], "PIVOT", translation, at);
  return `${values[0]?.sql} IS NOT DISTINCT FROM ${values[1]?.sql}`;
}

function pivotCell(
  item: { expression: Expression; aliases: string[] },
  condition: string,
  value: string,
  node: RelationOf<"pivot">,
  scope: Scope,
  translation: Translation,
) {
  const { expression, aliases } = item;
  if (expression.kind !== "call" || expression.filter !== undefined) {
    throw unsupported(
      "PIVOT_EXPRESSION",
      "an expression other than a plain aggregate function in PIVOT",
      translation.position(expression.at),
    );
  }
  const marked: ScopeColumn = {
    name: "pivot condition",
    qualifier: [],
    value: typed(`(${condition})`, { kind: "boolean" }),
  };
  const filter: Expression = {
    kind: "column",
    name: { at: expression.at, parts: ["pivot condition"] },
    at: expression.at,
  };
  const filtered = translation.expression(
    { ...expression, filter },
    { ...scope, columns: [...scope.columns, marked] },
  );
  const sql = `CASE WHEN count(*) FILTER (WHERE ${condition}) > 0 THEN ${filtered.sql} END`;
  const suffix = aliases[0] ?? expressionName(expression, translation);
  const name = node.aggregates.length === 1 ? value : `${value}_${suffix}`;
  return { name, value: typed(sql, filtered.type) };
}

function valueName(node: Expression, translation: Translation): string {
  return node.kind === "string"
    ? node.value
    : node.kind === "null"
      ? "null"
      : expressionName(node, translation);
}

/** The columns that an expression mentions. */
function columnNames(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  if ("kind" in value && value.kind === "column" && "name" in value) {
    const name = value.name as { parts?: string[] };
    return [name.parts?.at(-1)?.toLowerCase() ?? ""];
  }
  return Object.values(value).flatMap(columnNames);
}

export function translateUnpivot(
  node: RelationOf<"unpivot">,
  source: Source,
  translation: Translation,
): TranslatedQuery {
  const scope = newScope(undefined, source.columns);
  const sources = node.columns.map(({ name }) => resolveColumn([name], scope, translation, node.at));
  const { values, type } = toCommonType(sources, "UNPIVOT", translation, node.at);
  const turned = new Set(node.columns.map(({ name }) => name.toLowerCase()));
  const kept = source.columns.filter(
    (column) => column.hidden !== true && !turned.has(column.name.toLowerCase()),
  );
  const columns: OutputColumn[] = [
    ...kept.map((column) => ({ name: column.name, type: column.value.type, nullable: true })),
    { name: node.nameColumn, type: STRING, nullable: false },
    { name: node.valueColumn, type, nullable: true },
  ];
  const names = node.columns.map(({ name, alias }) => quoteText(alias ?? name)).join(", ");
  const items = [
    ...kept.map((column) => column.value.sql),
    `unnest([${names}])`,
    `unnest([${values.map((value) => value.sql).join(", ")}])`,
  ].map((item, i) => `${item} AS ${columnName(i)}`);
  const inner = `SELECT ${items.join(", ")} FROM ${source.sql}`;
  if (node.includeNulls) return { sql: inner, columns };
  return {
    sql: `SELECT * FROM (${inner}) AS ${translation.fresh("u")} WHERE ${columnName(columns.length - 1)} IS NOT NULL`,
    columns,
  };
}
