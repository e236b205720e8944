import { SqlError } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { BOOLEAN, VOID } from "../types/data-type.ts";
import { cast } from "./cast.ts";
import { toCommonType } from "./coerce.ts";
import { columnName, type Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

export function scalarSubquery(
  node: ExpressionOf<"subquery">,
  scope: Scope,
  translation: Translation,
): Typed {
  const query = translation.query(node.query, scope);
  const [column] = query.columns;
  if (query.columns.length !== 1 || column === undefined) {
    const text = `Scalar subquery must return only one column, but got ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(node.at));
  }
  return typed(`(${query.sql})`, column.type);
}

export function existsPredicate(node: ExpressionOf<"exists">, scope: Scope, translation: Translation): Typed {
  return typed(`EXISTS (${translation.query(node.query, scope).sql})`, BOOLEAN);
}

export function inQuery(node: ExpressionOf<"in_query">, scope: Scope, translation: Translation): Typed {
  const operands = (node.operand.kind === "row" ? node.operand.items : [node.operand]).map((one) =>
    translation.expression(one, scope),
  );
  const query = translation.query(node.query, scope);
  if (query.columns.length !== operands.length) {
    const text = `The number of columns on the left of IN is ${operands.length}, the subquery has ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(node.at));
  }
  const name = translation.fresh("q");
  const pairs = operands.map((operand, i) => {
    const column = typed(`${name}.${columnName(i)}`, query.columns[i]?.type ?? VOID);
    const { type } = toCommonType([operand, column], "IN", translation, node.at);
    return [cast(operand, type).sql, cast(column, type).sql] as const;
  });
  const left = pairs.map(([a]) => a).join(", ");
  const sql = `(${pairs.length === 1 ? left : `(${left})`} ${node.negated ? "NOT " : ""}IN (SELECT ${pairs.map(([, b]) => b).join(", ")} FROM (${query.sql}) AS ${name}))`;
  return typed(sql, BOOLEAN);
}
