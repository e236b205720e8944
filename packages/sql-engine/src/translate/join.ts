import { SqlError, unsupported } from "../sql-error.ts";
import type { Relation, RelationOf } from "../syntax/query-ast.ts";
import { toComparable } from "./comparison.ts";
import { generate, generatedNames, isGenerator, withGenerated } from "./generator.ts";
import { holdsSubquery, withoutSubqueries } from "./join-subqueries.ts";
import { truth } from "./operators.ts";
import { newScope, type Scope, type ScopeColumn, type Source, withoutAggregates } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { typed } from "./typed.ts";

type Join = RelationOf<"join">;
type TranslateRelation = (relation: Relation, scope: Scope | undefined, translation: Translation) => Source;

export function translateJoin(
  node: Join,
  scope: Scope | undefined,
  translation: Translation,
  relation: TranslateRelation,
): Source {
  let left = relation(node.left, scope, translation);
  const lateral =
    (node.right.kind === "derived" || node.right.kind === "table_function") && node.right.lateral;
  if (lateral && node.right.kind === "table_function")
    return lateralGenerator(node, node.right, left, scope, translation);
  if (lateral) checkLateral(node, translation);
  const inner = lateral ? newScope(scope, left.columns) : scope;
  let right = relation(node.right, inner, translation);
  let { on: written } = node;
  const visible = { left, right };
  if (written !== undefined && !lateral && OUTER.has(node.join))
    ({ on: written, left, right } = withoutSubqueries({ on: written, left, right }, scope, translation));
  const shared = sharedColumns(node, left, right, translation);
  const condition = joinCondition({ ...node, on: written }, shared, left, right, scope, translation);
  const word = node.join === "CROSS" && condition !== "" ? "INNER" : node.join;
  const on = word === "CROSS" ? "" : ` ON ${condition === "" ? "true" : condition}`;
  const sql = `${left.sql} ${word} JOIN ${lateral ? "LATERAL " : ""}${right.sql}${on}`;
  if (node.join === "SEMI" || node.join === "ANTI") return { sql, columns: shown(left, visible.left) };
  const sides = [
    { ...left, columns: shown(left, visible.left) },
    { ...right, columns: shown(right, visible.right) },
  ] as const;
  return { sql, columns: joinedColumns(node, shared, ...sides) };
}

function checkLateral(node: Join, translation: Translation): void {
  const position = translation.position(node.at);
  if (node.join === "RIGHT" || node.join === "FULL")
    throw new SqlError(
      "INVALID_LATERAL_JOIN_TYPE",
      `The ${node.join} OUTER JOIN with LATERAL correlation is not allowed because an OUTER subquery cannot correlate to its join partner.`,
      position,
    );
  if (node.on !== undefined && holdsSubquery(node.on))
    throw new SqlError(
      "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY",
      "Unsupported subquery expression: the condition of a LATERAL join has a subquery.",
      position,
    );
}

const OUTER = new Set(["LEFT", "RIGHT", "FULL", "ANTI"]);

/** Without the columns that only the condition needs. */
const shown = (source: Source, before: Source) => source.columns.slice(0, before.columns.length);

/** `FROM t, LATERAL explode(t.xs) AS e(x)` */
function lateralGenerator(
  node: Join,
  call: RelationOf<"table_function">,
  left: Source,
  scope: Scope | undefined,
  translation: Translation,
): Source {
  const { name, args, namedArgs, at, alias } = call;
  const expression = {
    kind: "call",
    name,
    args,
    namedArgs,
    argAliases: new Map<number, string>(),
    distinct: false,
    at,
  } as const;
  const plain =
    node.on === undefined && node.using.length === 0 && ["INNER", "CROSS", "LEFT"].includes(node.join);
  if (!isGenerator(expression) || !plain)
    throw unsupported("LATERAL_FUNCTION", `LATERAL ${name} in this join`, translation.position(at));
  const made = generate(expression, node.join === "LEFT", newScope(scope, left.columns), translation);
  const names = generatedNames(made, alias?.columns ?? [], translation, at);
  return withGenerated(
    left,
    "",
    made,
    names,
    alias === undefined ? [] : [alias.name.toLowerCase()],
    translation,
  ).source;
}

interface Shared {
  name: string;
  left: ScopeColumn;
  right: ScopeColumn;
}

function sharedColumns(node: Join, left: Source, right: Source, translation: Translation): Shared[] {
  const find = (source: Source, name: string) => {
    const found = source.columns.filter(
      (column) => column.hidden !== true && column.name.toLowerCase() === name.toLowerCase(),
    );
    if (found.length > 1)
      throw new SqlError(
        "AMBIGUOUS_REFERENCE",
        `Reference \`${name}\` is ambiguous.`,
        translation.position(node.at),
      );
    return found[0];
  };
  const names = node.natural
    ? left.columns
        .filter((column) => column.hidden !== true && find(right, column.name) !== undefined)
        .map((column) => column.name)
    : node.using;
  return names.map((name) => {
    const [a, b] = [find(left, name), find(right, name)];
    if (a === undefined || b === undefined) {
      const text = `USING column \`${name}\` cannot be resolved on the ${a === undefined ? "left" : "right"} side of the join.`;
      throw new SqlError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", text, translation.position(node.at));
    }
    return { name: a.name, left: a, right: b };
  });
}

function joinCondition(
  node: Omit<Join, "on"> & { on: Join["on"] | undefined },
  shared: Shared[],
  left: Source,
  right: Source,
  scope: Scope | undefined,
  translation: Translation,
): string {
  if (node.on !== undefined) {
    const both = withoutAggregates(
      newScope(scope, [...left.columns, ...right.columns]),
      "a join's condition",
    );
    return truth(translation.expression(node.on, both), "JOIN", translation, node.at);
  }
  return shared
    .map((pair) => {
      const values = toComparable([pair.left.value, pair.right.value], [], "USING", translation, node.at);
      return `${values[0]?.sql} = ${values[1]?.sql}`;
    })
    .join(" AND ");
}

const loosened = (columns: ScopeColumn[], missing: boolean) =>
  missing ? columns.map((column) => ({ ...column, value: { ...column.value, nullable: true } })) : columns;

/** The columns of USING come first, and once. A side that can be missing yields NULLs. */
function joinedColumns(node: Join, shared: Shared[], left: Source, right: Source): ScopeColumn[] {
  const outer = {
    left: node.join === "RIGHT" || node.join === "FULL",
    right: node.join === "LEFT" || node.join === "FULL",
  };
  const merged = shared.map(({ name, left: a, right: b }): ScopeColumn => {
    if (node.join === "FULL")
      return { name, qualifier: [], value: typed(`coalesce(${a.value.sql}, ${b.value.sql})`, a.value.type) };
    const kept = node.join === "RIGHT" ? b : a;
    return { name, qualifier: [], value: kept.value };
  });
  const hide = (column: ScopeColumn): ScopeColumn =>
    shared.some((pair) => pair.left === column || pair.right === column)
      ? { ...column, hidden: true }
      : column;
  return [
    ...merged,
    ...loosened(left.columns.map(hide), outer.left),
    ...loosened(right.columns.map(hide), outer.right),
  ];
}
