import { SqlError, unsupported } from "../sql-error.ts";
import type { Relation, RelationOf } from "../syntax/query-ast.ts";
import { toCommonType } from "./coerce.ts";
import { generate, generatedNames, isGenerator, withGenerated } from "./generator.ts";
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
  const left = relation(node.left, scope, translation);
  const lateral =
    (node.right.kind === "derived" || node.right.kind === "table_function") && node.right.lateral;
  if (lateral && node.right.kind === "table_function")
    return lateralGenerator(node, node.right, left, scope, translation);
  const inner = lateral ? newScope(scope, left.columns) : scope;
  const right = relation(node.right, inner, translation);
  const shared = sharedColumns(node, left, right, translation);
  const condition = joinCondition(node, shared, left, right, scope, translation);
  const word = node.join === "CROSS" && condition !== "" ? "INNER" : node.join;
  const on = word === "CROSS" ? "" : ` ON ${condition === "" ? "true" : condition}`;
  const sql = `${left.sql} ${word} JOIN ${lateral ? "LATERAL " : ""}${right.sql}${on}`;
  if (node.join === "SEMI" || node.join === "ANTI") return { sql, columns: left.columns };
  return { sql, columns: joinedColumns(node, shared, left, right) };
}

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
  node: Join,
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
      const { values } = toCommonType([pair.left.value, pair.right.value], "USING", translation, node.at);
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
