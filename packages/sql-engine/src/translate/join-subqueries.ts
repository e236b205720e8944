import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { newScope, type Scope, type Source } from "./scope.ts";
import type { Translation } from "./translation.ts";

/** A name that no column has. */
const hiddenName = (name: string) => `\0${name}`;

const SUBQUERIES = new Set(["exists", "in_query", "subquery"]);

/** The condition of a join and its sides. */
export interface Joined {
  on: Expression;
  left: Source;
  right: Source;
}

/**
 * Moves the subqueries of an outer join's condition into columns of the side that they mention, because DuckDB refuses them
 * in the condition. As in Spark, a subquery cannot mention both sides.
 */
export function withoutSubqueries(
  joined: Joined,
  scope: Scope | undefined,
  translation: Translation,
): Joined {
  let { left, right } = joined;
  const move = (node: Expression): Expression => {
    const name = translation.fresh("j");
    const onLeft = withColumn(left, node, name, scope, translation);
    if (onLeft !== undefined) left = onLeft;
    else right = withColumn(right, node, name, scope, translation) ?? refuse(node, translation);
    return { kind: "column", name: { at: node.at, parts: [hiddenName(name)] }, at: node.at };
  };
  return { on: replaceSubqueries(joined.on, move), left, right };
}

export function holdsSubquery(node: Expression): boolean {
  let found = false;
  replaceSubqueries(node, (subquery) => {
    found = true;
    return subquery;
  });
  return found;
}

/** The expression with each subquery replaced. The subqueries themselves are left as they are. */
function replaceSubqueries(node: Expression, replace: (node: Expression) => Expression): Expression {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null || value instanceof Map) return value;
    if ("kind" in value && SUBQUERIES.has(String(value.kind))) return replace(value as Expression);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
  };
  return copy(node) as Expression;
}

/** The source with the expression as a hidden column. Undefined if it mentions a column from elsewhere. */
function withColumn(
  source: Source,
  node: Expression,
  name: string,
  scope: Scope | undefined,
  translation: Translation,
): Source | undefined {
  const value = translated(node, newScope(scope, source.columns), translation);
  if (value === undefined) return undefined;
  const alias = translation.fresh("r");
  const items = source.columns.map((column, i) => `${column.value.sql} AS k${i}`);
  const columns = source.columns.map((column, i) => ({
    ...column,
    value: { ...column.value, sql: `${alias}.k${i}` },
  }));
  return {
    sql: `(SELECT ${[...items, `${value.sql} AS ${name}`].join(", ")} FROM ${source.sql}) AS ${alias}`,
    columns: [
      ...columns,
      { name: hiddenName(name), qualifier: [], value: { ...value, sql: `${alias}.${name}` }, hidden: true },
    ],
  };
}

function translated(node: Expression, scope: Scope, translation: Translation) {
  try {
    return translation.expression(node, scope);
  } catch (error) {
    if (error instanceof SqlError && error.errorClass.startsWith("UNRESOLVED_COLUMN")) return undefined;
    throw error;
  }
}

function refuse(node: Expression, translation: Translation): never {
  throw new SqlError(
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
    "Unsupported subquery expression: Correlated subqueries in the join predicate cannot reference both join inputs.",
    translation.position(node.at),
  );
}
