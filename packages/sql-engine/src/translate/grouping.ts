import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { GroupBy, GroupingItem, SelectItem } from "../syntax/query-ast.ts";
import { holdsMap, withSortedMaps } from "./map-order.ts";
import { type Scope, type ScopeColumn, withoutAggregates } from "./scope.ts";
import type { Output } from "./select.ts";
import { expandStar } from "./star.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

/** The keys of ROLLUP, CUBE or GROUPING SETS, each once. Undefined for a plain GROUP BY. */
export function groupingKeys(groupBy: GroupBy | undefined, items: SelectItem[]): Expression[] | undefined {
  if (groupBy?.kind !== "expressions" || groupBy.items.every((item) => item.kind === "expression"))
    return undefined;
  const keys = new Map<string, Expression>();
  const all = groupBy.items.flatMap((item) =>
    item.kind === "expression" ? [item.expression] : item.sets.flat(),
  );
  for (const node of all) {
    const key = node.kind === "number" ? selected(node, items) : node;
    const text = JSON.stringify(key, (name, value: unknown) => (name === "at" ? undefined : value));
    if (!keys.has(text)) keys.set(text, key);
  }
  return [...keys.values()];
}

/** The columns in scope. A column to group by has its maps sorted, wherever the query mentions it. */
export function groupableColumns(
  groupBy: GroupBy,
  items: SelectItem[],
  scope: Scope,
  translation: Translation,
): ScopeColumn[] {
  if (!scope.columns.some((column) => holdsMap(column.value.type))) return scope.columns;
  const nodes =
    groupBy.kind === "all"
      ? items.map((item) => item.expression)
      : groupBy.items
          .flatMap((item) => (item.kind === "expression" ? [item.expression] : item.sets.flat()))
          .map((node) => selected(node, items));
  const keys = new Set<Typed>();
  for (const node of nodes) {
    if (node.kind === "column") keys.add(translation.expression(node, scope));
    if (node.kind === "star") for (const { value } of expandStar(node, scope, translation)) keys.add(value);
  }
  return scope.columns.map((column) =>
    keys.has(column.value) ? { ...column, value: withSortedMaps(column.value) } : column,
  );
}

/** The item of the SELECT list that a position or an alias stands for, or else the key itself. */
const selected = (node: Expression, items: SelectItem[]): Expression =>
  (node.kind === "number" ? items[Number(node.text) - 1] : items.find((item) => isAlias(node, item)))
    ?.expression ?? node;

const isAlias = (node: Expression, { aliases: [alias] }: SelectItem): boolean =>
  node.kind === "column" &&
  "parts" in node.name &&
  node.name.parts.length === 1 &&
  node.name.parts[0]?.toLowerCase() === alias?.toLowerCase();

/** A number is a position in the SELECT list. A name is a column or else an alias in the list. */
export function groupByClause(
  groupBy: GroupBy,
  outputs: Output[],
  scope: Scope,
  translation: Translation,
): string {
  if (groupBy.kind === "all") {
    const keys = outputs.filter((output) => !output.aggregate).map((output) => output.value.sql);
    return keys.length === 0 ? "()" : keys.join(", ");
  }
  const inner = withoutAggregates(scope, "GROUP BY");
  return groupBy.items.map((item) => groupingItem(item, outputs, inner, translation)).join(", ");
}

function groupingItem(item: GroupingItem, outputs: Output[], scope: Scope, translation: Translation): string {
  if (item.kind === "expression") return groupingKey(item.expression, outputs, scope, translation);
  const sets = item.sets.map((set) => {
    const keys = set.map((key) => groupingKey(key, outputs, scope, translation)).join(", ");
    return set.length === 1 ? keys : `(${keys})`;
  });
  return `${item.how} (${sets.join(", ")})`;
}

function groupingKey(node: Expression, outputs: Output[], scope: Scope, translation: Translation): string {
  if (node.kind === "number" && /^-?\d+$/.test(node.text)) {
    const output = outputs[Number(node.text) - 1];
    if (output === undefined) {
      const text = `GROUP BY position ${node.text} is not in the select list (valid range is [1, ${outputs.length}]).`;
      throw new SqlError("GROUP_BY_POS_OUT_OF_RANGE", text, translation.position(node.at));
    }
    if (output.aggregate) {
      const text = `GROUP BY ${node.text} refers to an expression that contains an aggregate function.`;
      throw new SqlError("GROUP_BY_POS_AGGREGATE", text, translation.position(node.at));
    }
    return groupable(node, output.value, translation);
  }
  return groupable(node, translation.expression(node, scope), translation);
}

function groupable(node: Expression, value: Typed, translation: Translation): string {
  if (holdsMap(value.type) && value.mapsSorted !== true)
    throw unsupported(
      "GROUP_BY_MAP",
      "GROUP BY of a map that is not a column",
      translation.position(node.at),
    );
  return value.sql;
}
