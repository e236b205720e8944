import { SUBQUERY_MARK } from "../duckdb/lifted-subqueries.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { comparisonType } from "../types/coercion.ts";
import { BOOLEAN, VOID } from "../types/data-type.ts";
import { cast } from "./cast.ts";
import { toCommonType } from "./coerce.ts";
import { columnName, LAMBDA, type Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

export function scalarSubquery(
  node: ExpressionOf<"subquery">,
  scope: Scope,
  translation: Translation,
): Typed {
  refuseInLambda(node, scope, translation);
  const query = translation.query(node.query, scope);
  const [column] = query.columns;
  if (query.columns.length !== 1 || column === undefined) {
    const text = `Scalar subquery must return only one column, but got ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(node.at));
  }
  return typed(`${SUBQUERY_MARK}${query.sql})`, column.type);
}

export function existsPredicate(node: ExpressionOf<"exists">, scope: Scope, translation: Translation): Typed {
  refuseInLambda(node, scope, translation);
  return typed(`EXISTS (${translation.query(node.query, scope).sql})`, BOOLEAN);
}

export function inQuery(node: ExpressionOf<"in_query">, scope: Scope, translation: Translation): Typed {
  refuseInLambda(node, scope, translation);
  const nodes = node.operand.kind === "row" ? node.operand.items : [node.operand];
  const seen = { aggregate: false, window: false };
  const operands = nodes.map((one) => translation.expression(one, { ...scope, seen }));
  scope.seen.aggregate ||= seen.aggregate;
  scope.seen.window ||= seen.window;
  const query = translation.query(node.query, scope);
  if (query.columns.length !== operands.length) {
    const text = `The number of columns on the left of IN is ${operands.length}, the subquery has ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(node.at));
  }
  const name = translation.fresh("q");
  const pairs = operands.map((operand, i): Pair => {
    const column = typed(`${name}.${columnName(i)}`, query.columns[i]?.type ?? VOID);
    const { type } = toCommonType([operand, column], "IN", translation, node.at, comparisonType);
    return [cast(operand, type).sql, cast(column, type).sql];
  });
  const from = `FROM (${query.sql}) AS ${name}`;
  const [[left, right] = ["", ""]] = pairs;
  const not = node.negated ? "NOT " : "";
  if (pairs.length === 1) return typed(`(${left} ${not}IN (SELECT ${right} ${from}))`, BOOLEAN);
  if (!seen.aggregate && !seen.window) return typed(`(${not}${inRows(pairs, from, node.negated)})`, BOOLEAN);
  if (!node.negated) return typed(`(${inList(pairs, from)})`, BOOLEAN);
  const position = translation.position(node.at);
  throw unsupported("TUPLE_NOT_IN", "NOT IN of several columns with an aggregate function", position);
}

function refuseInLambda({ at }: { at: number }, scope: Scope, translation: Translation): void {
  if (scope.noAggregatesIn !== LAMBDA) return;
  throw new SqlError(
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION",
    "Unsupported subquery expression: Subquery expressions are not supported within higher-order functions.",
    translation.position(at),
  );
}

/** The two sides of a comparison, in DuckDB's text. */
type Pair = [left: string, right: string];

/**
 * `(a, b) IN (SELECT …)`. DuckDB would take the NULLs of two tuples for equal. As in Spark the result is never NULL: a row
 * whose comparison is NULL belongs neither to IN nor to NOT IN.
 */
function inRows(pairs: Pair[], from: string, negated: boolean): string {
  const equal = pairs.map(([left, right]) => `${left} = ${right}`).join(" AND ");
  return `EXISTS (SELECT 1 ${from} WHERE ${negated ? `coalesce(${equal}, true)` : equal})`;
}

const struct = (sqls: string[]): string =>
  `{${sqls.map((sql, i) => `'${columnName(i)}': ${sql}`).join(", ")}}`;

/** `IN` for aggregates, which would belong to another query inside EXISTS. */
function inList(pairs: Pair[], from: string): string {
  const rows = `(SELECT list(${struct(pairs.map(([, right]) => right))}) ${from})`;
  const lefts = pairs.map(([left]) => left);
  return `${lefts.map((left) => `${left} IS NOT NULL AND `).join("")}coalesce(list_contains(${rows}, ${struct(lefts)}), false)`;
}
