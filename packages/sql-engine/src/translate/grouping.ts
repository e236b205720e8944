import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { GroupBy, GroupingItem, SelectItem } from "../syntax/query-ast.ts";
import { type Scope, withoutAggregates } from "./scope.ts";
import type { Output } from "./select.ts";
import type { Translation } from "./translation.ts";

/** The keys of ROLLUP, CUBE or GROUPING SETS, each once. Undefined for a plain GROUP BY. */
export function groupingKeys(groupBy: GroupBy | undefined, items: SelectItem[]): Expression[] | undefined {
  if (groupBy?.kind !== "expressions" || groupBy.items.every((item) => item.kind === "expression"))
    return undefined;
  const keys = new Map<string, Expression>();
  const all = groupBy.items.flatMap((item) =>
    item.kind === "expression" ? [item.expression] : item.sets.flat(),
  );
  for (const node of all) {
    const key = (node.kind === "number" ? items[Number(node.text) - 1]?.expression : undefined) ?? node;
    const text = JSON.stringify(key, (name, value: unknown) => (name === "at" ? undefined : value));
    if (!keys.has(text)) keys.set(text, key);
  }
  return [...keys.values()];
}

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
    return output.value.sql;
  }
  return translation.expression(node, scope).sql;
}
