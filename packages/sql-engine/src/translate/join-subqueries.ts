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
    // Fails if a name stands for no column or for one of each side.
    translation.expression(node, newScope(scope, [...left.columns, ...right.columns]));
    const name = translation.fresh("j");
    const onLeft = withColumn(left, node, name, scope, translation);
    if (onLeft !== undefined) left = onLeft;
    else right = withColumn(right, node, name, scope, translation) ?? refuse(node, translation);
    return { kind: "column", name: { at: node.at, parts: [hiddenName(name)] }, at: node.at };
  };
  const on = replaceSubqueries(joined.on, move) as Expression;
  return { on, left, right };
}

/** True if a part of a syntax tree has a subquery. */
export function holdsSubquery(node: unknown): boolean {
  let found = false;
  replaceSubqueries(node, (subquery) => {
    found = true;
    return subquery;
  });
  return found;
}

/** A copy with each subquery replaced. The subqueries themselves are left as they are. */
function replaceSubqueries(node: unknown, replace: (node: Expression) => Expression): unknown {
  if (Array.isArray(node)) return node.map((one) => replaceSubqueries(one, replace));
  if (typeof node !== "object" || node === null || node instanceof Map) return node;
  if ("kind" in node && SUBQUERIES.has(String(node.kind))) return replace(node as Expression);
  return Object.fromEntries(
    Object.entries(node).map(([key, part]) => [key, replaceSubqueries(part, replace)]),
  );
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
