import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Query, Select, SelectItem } from "../syntax/query-ast.ts";
import { VOID } from "../types/data-type.ts";
import { constantInteger } from "./constant.ts";
import { expressionName } from "./expression-name.ts";
import { generate, generatedNames, isGenerator, withGenerated } from "./generator.ts";
import { groupByClause } from "./grouping.ts";
import { truth } from "./operators.ts";
import { translateRelation } from "./relation.ts";
import {
  columnName,
  newScope,
  type OutputColumn,
  type Scope,
  type Source,
  type TranslatedQuery,
  withoutAggregates,
} from "./scope.ts";
import { expandStar } from "./star.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";
import { sortText } from "./window.ts";

export type Tail = Pick<Query, "orderBy" | "limit" | "offset">;

/** An item of the SELECT list after the expansion of stars and generators. */
export interface Output {
  name: string;
  value: Typed;
  /** The alias, which other clauses may use. */
  alias: boolean;
  aggregate: boolean;
}

export function translateSelect(
  select: Select,
  tail: Tail,
  parent: Scope | undefined,
  translation: Translation,
): TranslatedQuery {
  const from = fromClause(select, parent, translation);
  const { scope, generated, where } = rowScope(select, from, parent, translation);
  const outputs = selectList(select.items, generated, scope, translation);
  if (outputs.length === 0) {
    throw new SqlError(
      "INVALID_USAGE_OF_STAR_OR_REGEX",
      "The SELECT list is empty: there is no column for '*'.",
      translation.position(select.at),
    );
  }
  const aliases = outputAliases(outputs);
  const later: Scope = { ...scope, aliases };
  const clauses = [
    where,
    select.groupBy === undefined
      ? ""
      : ` GROUP BY ${groupByClause(select.groupBy, outputs, later, translation)}`,
    clause("HAVING", select.having, later, translation),
    clause("QUALIFY", select.qualify, later, translation),
    orderBy(tail, outputs, select.distinct, later, translation),
    limit(tail, translation),
  ];
  const items = outputs.map(({ value }, i) => `${value.sql} AS ${columnName(i)}`).join(", ");
  const source = generated.source.sql === "" ? "" : ` FROM ${generated.source.sql}`;
  const sql = `SELECT ${select.distinct ? "DISTINCT " : ""}${items}${source}${clauses.join("")}`;
  return { sql, columns: outputs.map(outputColumn), ordered: tail.orderBy.length > 0 };
}

const outputColumn = ({ name, value }: Output): OutputColumn => ({
  name,
  type: value.type,
  nullable: value.nullable !== false,
});

function fromClause(select: Select, parent: Scope | undefined, translation: Translation): Source {
  let source: Source =
    select.from === undefined
      ? { sql: "", columns: [] }
      : translateRelation(select.from, parent, translation);
  for (const view of select.lateralViews) {
    const made = generate(view.function, view.outer, newScope(parent, source.columns), translation);
    const names = generatedNames(made, view.alias.columns, translation, view.function.at);
    source = withGenerated(
      source,
      "",
      made,
      names,
      view.alias.name === "" ? [] : [view.alias.name.toLowerCase()],
      translation,
    ).source;
  }
  return source;
}

interface GeneratedList {
  source: Source;
  /** The columns of the generator in each item of the SELECT list. */
  columns: Map<SelectItem, { name: string; value: Typed }[]>;
}

/** Applies WHERE before a generator in the SELECT list produces rows. */
function rowScope(
  select: Select,
  source: Source,
  parent: Scope | undefined,
  translation: Translation,
): { scope: Scope; generated: GeneratedList; where: string } {
  const inner = { ...newScope(parent, source.columns), windows: select.windows };
  const where = clause("WHERE", select.where, withoutAggregates(inner, "WHERE"), translation);
  const generators = select.items.filter((item) => isGenerator(item.expression));
  const [item, second] = generators;
  if (item === undefined) return { scope: inner, generated: { source, columns: new Map() }, where };
  if (second !== undefined) {
    throw new SqlError(
      "UNSUPPORTED_FEATURE.MULTI_GENERATOR",
      "Only one generator is allowed in a SELECT.",
      translation.position(second.expression.at),
    );
  }
  if (select.groupBy !== undefined)
    throw unsupported(
      "GENERATOR_WITH_GROUP_BY",
      "a generator beside GROUP BY",
      translation.position(item.expression.at),
    );
  const made = generate(item.expression, false, inner, translation);
  const names = generatedNames(made, item.aliases, translation, item.expression.at);
  const wrapped = withGenerated(source, where, made, names, [], translation);
  const columns = new Map([[item, wrapped.generated.map(({ name, value }) => ({ name, value }))]]);
  const visible = wrapped.source.columns.filter((column) => !wrapped.generated.includes(column));
  const scope = { ...newScope(parent, visible), windows: select.windows };
  return { scope, generated: { source: wrapped.source, columns }, where: "" };
}

function selectList(
  items: SelectItem[],
  generated: GeneratedList,
  scope: Scope,
  translation: Translation,
): Output[] {
  const outputs: Output[] = [];
  for (const item of items) {
    const { expression, aliases } = item;
    const made = generated.columns.get(item);
    if (made !== undefined) {
      outputs.push(...made.map((column) => ({ ...column, alias: true, aggregate: false })));
    } else if (expression.kind === "star") {
      const expanded = expandStar(expression, scope, translation);
      outputs.push(...expanded.map((column) => ({ ...column, alias: false, aggregate: false })));
    } else {
      outputs.push(oneItem(expression, aliases, scope, translation));
    }
    const last = outputs.at(-1);
    // An alias can be used to its right, unless a column has the same name.
    if (last?.alias === true && last.value.volatile !== true)
      scope.aliases.set(last.name.toLowerCase(), last.value);
  }
  return outputs;
}

function oneItem(expression: Expression, aliases: string[], scope: Scope, translation: Translation): Output {
  const [alias, second] = aliases;
  if (second !== undefined)
    throw new SqlError(
      "NUM_COLUMNS_MISMATCH",
      "Several aliases need a generator.",
      translation.position(expression.at),
    );
  scope.seen.aggregate = false;
  const value = translation.expression(expression, scope);
  return {
    name: alias ?? expressionName(expression, translation),
    value,
    alias: alias !== undefined,
    aggregate: scope.seen.aggregate,
  };
}

function outputAliases(outputs: Output[]): Map<string, Typed> {
  const aliases = new Map<string, Typed>();
  for (const { name, value, alias } of outputs)
    if (alias && value.volatile !== true) aliases.set(name.toLowerCase(), value);
  return aliases;
}

function clause(word: string, node: Expression | undefined, scope: Scope, translation: Translation): string {
  if (node === undefined) return "";
  return ` ${word} ${truth(translation.expression(node, scope), word, translation, node.at)}`;
}

/** Aliases of the list take precedence over columns. A number is a position in the list. */
function orderBy(
  tail: Tail,
  outputs: Output[],
  distinct: boolean,
  scope: Scope,
  translation: Translation,
): string {
  if (tail.orderBy.length === 0) return "";
  const variables = new Map(scope.variables);
  for (const [name, value] of scope.aliases) variables.set(name, value);
  const inner: Scope = { ...scope, variables };
  const items = tail.orderBy.map((item) => {
    const place = outputPlace(item.expression, outputs, distinct, translation);
    return sortText(
      item,
      place === undefined
        ? translation.expression(item.expression, inner)
        : typed(String(place + 1), outputs[place]?.value.type ?? VOID),
    );
  });
  return ` ORDER BY ${items.join(", ")}`;
}

export function outputPlace(
  node: Expression,
  outputs: Pick<Output, "name" | "alias">[],
  anyName: boolean,
  translation: Translation,
): number | undefined {
  if (node.kind === "number" && /^\d+$/.test(node.text)) {
    const place = Number(node.text) - 1;
    if (place < 0 || place >= outputs.length) {
      throw new SqlError(
        "INVALID_PARAMETER_VALUE",
        `ORDER BY position ${node.text} is not in the select list (valid range is [1, ${outputs.length}]).`,
        translation.position(node.at),
      );
    }
    return place;
  }
  if (node.kind !== "column" || !("parts" in node.name)) return undefined;
  const wanted = node.name.parts.at(-1)?.toLowerCase();
  if (node.name.parts.length > 1 && !anyName) return undefined;
  const places = outputs.flatMap((output, i) =>
    output.name.toLowerCase() === wanted && (anyName || output.alias) ? [i] : [],
  );
  if (places.length > 1)
    throw new SqlError(
      "AMBIGUOUS_REFERENCE",
      `Reference \`${wanted}\` is ambiguous.`,
      translation.position(node.at),
    );
  return places[0];
}

export function limit(tail: Tail, translation: Translation): string {
  const rows = tail.limit === undefined ? "" : ` LIMIT ${constantInteger(tail.limit, "LIMIT", translation)}`;
  return `${rows}${tail.offset === undefined ? "" : ` OFFSET ${constantInteger(tail.offset, "OFFSET", translation)}`}`;
}
