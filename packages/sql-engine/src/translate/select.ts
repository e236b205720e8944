import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Query, Select, SelectItem } from "../syntax/query-ast.ts";
import { VOID } from "../types/data-type.ts";
import { rowCount } from "./constant.ts";
import { expressionName } from "./expression-name.ts";
import { generate, generatedNames, isGenerator, withGenerated } from "./generator.ts";
import { groupableColumns, groupByClause, groupingKeys } from "./grouping.ts";
import { refuseMapColumn } from "./map-order.ts";
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
  withoutWindows,
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
  if (select.groupBy !== undefined)
    scope.columns = groupableColumns(select.groupBy, select.items, scope, translation);
  const outputs = selectList(select.items, generated, scope, translation);
  if (outputs.length === 0) {
    throw new SqlError(
      "INVALID_USAGE_OF_STAR_OR_REGEX",
      "The SELECT list is empty: there is no column for '*'.",
      translation.position(select.at),
    );
  }
  if (select.distinct) refuseMapColumn(outputs.map(outputColumn), translation, select.at);
  const aliases = outputAliases(outputs);
  const later: Scope = { ...scope, aliases };
  const clauses = [
    where,
    grouped(select, outputs, later, translation),
    clause("QUALIFY", select.qualify, later, translation),
    orderBy(tail, outputs, select.distinct, later, translation),
    limit(tail, translation),
  ];
  const items = outputs.map(({ value }, i) => `${value.sql} AS ${columnName(i)}`).join(", ");
  const source = generated.source.sql === "" ? "" : ` FROM ${generated.source.sql}`;
  const sql = `SELECT ${select.distinct ? "DISTINCT " : ""}${items}${source}${clauses.join("")}`;
  return { sql, columns: outputs.map(outputColumn), ordered: tail.orderBy.length > 0 };
}

/** GROUP BY and HAVING. */
function grouped(select: Select, outputs: Output[], scope: Scope, translation: Translation): string {
  const having = clause("HAVING", select.having, havingScope(scope, outputs), translation);
  if (select.groupBy === undefined) {
    // An aggregate can have left no trace in DuckDB's text, as in typeof(sum(x)).
    return `${outputs.some((output) => output.aggregate) ? " GROUP BY ()" : ""}${having}`;
  }
  const keys = ` GROUP BY ${groupByClause(select.groupBy, outputs, scope, translation)}`;
  if (scope.groupingKeys === undefined) return keys + having;
  // Without rows, DuckDB still returns a total for the empty grouping set.
  return `${keys} HAVING count(*) > 0${having.replace(" HAVING ", " AND ")}`;
}

const namesakes = (list: { name: string }[], name: string): number =>
  list.filter((one) => one.name.toLowerCase() === name.toLowerCase()).length;

/** HAVING also sees the columns of the list, where their names are ambiguous without. */
function havingScope(scope: Scope, outputs: Output[]): Scope {
  const variables = new Map(scope.variables);
  for (const { name, value } of outputs)
    if (namesakes(scope.columns, name) > 1 && namesakes(outputs, name) === 1)
      variables.set(name.toLowerCase(), value);
  return withoutWindows({ ...scope, variables }, "HAVING");
}

const outputColumn = ({ name, value }: Output): OutputColumn => ({
  name,
  type: value.type,
  nullable: value.nullable !== false,
  ...(value.charLength === undefined ? {} : { charLength: value.charLength }),
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
  const inner = {
    ...newScope(parent, source.columns),
    windows: select.windows,
    groupingKeys: groupingKeys(select.groupBy, select.items),
  };
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
  const items = tail.orderBy.flatMap((item) => {
    if (item.expression.kind === "star")
      return outputs.map(({ value }, i) => sortText(item, typed(String(i + 1), value.type)));
    const named = outputPlace(item.expression, outputs, distinct, translation);
    const value = named === undefined ? translation.expression(item.expression, inner) : undefined;
    const place = named ?? (distinct ? placeOf(value, outputs) : undefined);
    if (place !== undefined)
      return sortText(item, typed(String(place + 1), outputs[place]?.value.type ?? VOID));
    if (value !== undefined && !distinct) return sortText(item, value);
    // DISTINCT leaves only the columns of the list.
    const columns = scope.columns.filter((column) => placeOf(column.value, outputs) !== undefined);
    return sortText(item, translation.expression(item.expression, { ...inner, columns }));
  });
  return ` ORDER BY ${items.join(", ")}`;
}

/** The place of the same value in the list. */
function placeOf(value: Typed | undefined, outputs: Output[]): number | undefined {
  const place = outputs.findIndex((output) => output.value.sql === value?.sql);
  return place < 0 ? undefined : place;
}

export function outputPlace(
  node: Expression,
  outputs: (Pick<Output, "name" | "alias"> & Partial<Output>)[],
  anyName: boolean,
  translation: Translation,
): number | undefined {
  if (node.kind === "number" && /^-?\d+$/.test(node.text)) {
    const place = Number(node.text) - 1;
    if (place < 0 || place >= outputs.length) {
      throw new SqlError(
        "ORDER_BY_POS_OUT_OF_RANGE",
        `ORDER BY position ${node.text} is not in the select list (valid range is [1, ${outputs.length}]).`,
        translation.position(node.at),
      );
    }
    return place;
  }
  if (node.kind !== "column" || !("parts" in node.name)) return undefined;
  const wanted = node.name.parts.at(-1)?.toLowerCase();
  if (node.name.parts.length > 1 && !anyName) return undefined;
  const places = outputs.flatMap((output, i) => (output.name.toLowerCase() === wanted ? [i] : []));
  const [first, ...others] = places.map((i) => outputs[i]?.value?.sql);
  if (places.length > 1 && (first === undefined || others.some((sql) => sql !== first))) {
    // Columns of the tables, which may have a name of their own for it.
    if (!anyName && places.every((i) => outputs[i]?.alias === false)) return undefined;
    throw new SqlError(
      "AMBIGUOUS_REFERENCE",
      `Reference \`${wanted}\` is ambiguous.`,
      translation.position(node.at),
    );
  }
  return places[0];
}

export function limit(tail: Tail, translation: Translation): string {
  const rows = tail.limit === undefined ? "" : ` LIMIT ${rowCount(tail.limit, "LIMIT", translation)}`;
  return `${rows}${tail.offset === undefined ? "" : ` OFFSET ${rowCount(tail.offset, "OFFSET", translation)}`}`;
}
