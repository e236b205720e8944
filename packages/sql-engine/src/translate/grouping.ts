import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { GroupBy, GroupingItem } from "../syntax/query-ast.ts";
import { type Scope, withoutAggregates } from "./scope.ts";
import type { Output } from "./select.ts";
import type { Translation } from "./translation.ts";

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
  if (node.kind === "number" && /^\d+$/.test(node.text)) {
    const output = outputs[Number(node.text) - 1];
    if (output === undefined) {
      const text = `GROUP BY position ${node.text} is not in the select list (valid range is [1, ${outputs.length}]).`;
      throw new SqlError("INVALID_PARAMETER_VALUE", text, translation.position(node.at));
    }
    if (output.aggregate) {
      const text = `GROUP BY ${node.text} refers to an expression that contains an aggregate function.`;
      throw new SqlError("INVALID_PARAMETER_VALUE", text, translation.position(node.at));
    }
    return output.value.sql;
  }
  return translation.expression(node, scope).sql;
}
