import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { cast } from "../translate/cast.ts";
import { truth } from "../translate/operators.ts";
import { withVariables } from "../translate/scope.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { array, BOOLEAN, type DataType, INT, map, type TypeOf } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import type { CallSite, FunctionDefinition, Functions } from "./definition.ts";
import { structOf } from "./map-functions.ts";
import { ofKind } from "./params.ts";

type Build = (args: Expression[], site: CallSite) => Typed;
const special = (min: number, max: number, build: Build): FunctionDefinition => ({
  kind: "special",
  min,
  max,
  build,
});

interface Lambda {
  /** The parameters' names in DuckDB. */
  names: string[];
  body: Typed;
}

/** Translates a lambda whose parameters have these types; fewer parameters than types are allowed. */
function lambda(node: Expression | undefined, types: DataType[], site: CallSite): Lambda {
  if (node?.kind !== "lambda" || node.params.length > types.length) {
    const text = `The function ${site.name} needs a lambda function of at most ${types.length} parameters.`;
    throw new SqlError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", text, site.translation.position(site.node.at));
  }
  const names = node.params.map(() => site.translation.fresh("p"));
  const variables = node.params.map((param, i): [string, Typed] => [
    param,
    typed(names[i] ?? "", types[i] ?? INT),
  ]);
  return { names, body: site.translation.expression(node.body, withVariables(site.scope, variables)) };
}

const list = (node: Expression | undefined, site: CallSite) =>
  ofKind(node === undefined ? undefined : site.translation.expression(node, site.scope), "array", site);
const dictionary = (node: Expression | undefined, site: CallSite) =>
  ofKind(node === undefined ? undefined : site.translation.expression(node, site.scope), "map", site);
const condition = (body: Typed, site: CallSite) => truth(body, site.name, site.translation, site.node.at);

/** DuckDB counts the index in a lambda from 1, Spark from 0. */
function indexed(fn: Lambda, sql: string): string {
  const [element, index] = fn.names;
  if (index === undefined) return `lambda ${element}: ${sql}`;
  return `lambda ${element}, ${index}1: list_transform([CAST(${index}1 - 1 AS INTEGER)], lambda ${index}: ${sql})[1]`;
}

export const higherOrderFunctions: Functions = {
  transform: special(2, 2, ([source, fn], site) => {
    const value = list(source, site);
    const mapped = lambda(fn, [value.type.element, INT], site);
    return typed(
      `list_transform(${value.sql}, ${indexed(mapped, mapped.body.sql)})`,
      array(mapped.body.type),
    );
  }),
  filter: special(2, 2, ([source, fn], site) => {
    const value = list(source, site);
    const kept = lambda(fn, [value.type.element, INT], site);
    return typed(`list_filter(${value.sql}, ${indexed(kept, condition(kept.body, site))})`, value.type);
  }),
  exists: special(2, 2, ([source, fn], site) => quantified(source, fn, site, "bool_or")),
  forall: special(2, 2, ([source, fn], site) => quantified(source, fn, site, "bool_and")),
  aggregate: special(3, 4, aggregate),
  reduce: special(3, 4, aggregate),
  zip_with: special(3, 3, ([left, right, fn], site) => {
    const [a, b] = [list(left, site), list(right, site)];
    const merged = lambda(fn, [a.type.element, b.type.element], site);
    const pair = site.translation.fresh("p");
    const [x, y] = merged.names;
    const sql = `list_transform([${pair}[1]], lambda ${x}: list_transform([${pair}[2]], lambda ${y}: ${merged.body.sql})[1])[1]`;
    return typed(
      `CASE WHEN ${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL THEN list_transform(list_zip(${a.sql}, ${b.sql}), lambda ${pair}: ${sql}) END`,
      array(merged.body.type),
    );
  }),
  map_filter: special(2, 2, ([source, fn], site) => {
    const value = dictionary(source, site);
    const kept = overEntries(value.type, fn, site);
    return typed(
      fromEntries(
        value,
        `list_filter(map_entries(${value.sql}), lambda ${kept.entry}: ${kept.sql(condition(kept.body, site))})`,
      ),
      value.type,
    );
  }),
  transform_values: special(2, 2, ([source, fn], site) => {
    const value = dictionary(source, site);
    const changed = overEntries(value.type, fn, site);
    const item = `{'key': ${changed.entry}.key, 'value': ${changed.sql(changed.body.sql)}}`;
    return typed(
      fromEntries(value, `list_transform(map_entries(${value.sql}), lambda ${changed.entry}: ${item})`),
      map(value.type.key, changed.body.type),
    );
  }),
  transform_keys: special(2, 2, ([source, fn], site) => {
    const value = dictionary(source, site);
    const changed = overEntries(value.type, fn, site);
    const item = `{'key': ${changed.sql(changed.body.sql)}, 'value': ${changed.entry}.value}`;
    return typed(
      fromEntries(value, `list_transform(map_entries(${value.sql}), lambda ${changed.entry}: ${item})`),
      map(changed.body.type, value.type.value),
    );
  }),
};

const fromEntries = (source: Typed, entries: string): string =>
  `CASE WHEN ${source.sql} IS NOT NULL THEN map_from_entries(${entries}) END`;

/** Applies a lambda with key and value to the entries of a map. */
function overEntries(type: TypeOf<"map">, node: Expression | undefined, site: CallSite) {
  const fn = lambda(node, [type.key, type.value], site);
  const entry = site.translation.fresh("p");
  const [key, value] = fn.names;
  const sql = (body: string) =>
    `list_transform([${entry}.key], lambda ${key}: list_transform([${entry}.value], lambda ${value ?? "unused"}: ${body})[1])[1]`;
  return { entry, body: fn.body, sql };
}

/** Three-valued logic: NULL if no element decides and one is NULL. */
function quantified(
  source: Expression | undefined,
  node: Expression | undefined,
  site: CallSite,
  how: "bool_or" | "bool_and",
): Typed {
  const value = list(source, site);
  const fn = lambda(node, [value.type.element], site);
  const results = `list_transform(${value.sql}, lambda ${fn.names[0]}: ${condition(fn.body, site)})`;
  const [decisive, other] = how === "bool_or" ? ["true", "false"] : ["false", "true"];
  const sql = `CASE WHEN ${value.sql} IS NULL THEN NULL WHEN list_contains(${results}, ${decisive}) THEN ${decisive} WHEN len(list_filter(${results}, lambda n: n IS NULL)) > 0 THEN NULL ELSE ${other} END`;
  return typed(sql, BOOLEAN);
}

/** As in Spark, the merge must return the type of the start value. A literal start value is widened to it. */
function aggregate([source, start, merge, finish]: Expression[], site: CallSite): Typed {
  const value = list(source, site);
  const initial = site.translation.expression(start as Expression, site.scope);
  const fn = lambda(merge, [initial.type, value.type.element], site);
  const merged = cast(fn.body, initial.type);
  const [total, element] = fn.names;
  // Elements are boxed, so that the result can have another type than the elements.
  const box = (item: string, acc: string) =>
    structOf([
      ["item", typed(item, value.type.element)],
      ["total", typed(acc, initial.type)],
    ]).sql;
  const noItem = `CAST(NULL AS ${duckType(value.type.element)})`;
  const noTotal = `CAST(NULL AS ${duckType(initial.type)})`;
  const boxed = `list_transform(${value.sql}, lambda b: ${box("b", noTotal)})`;
  const body = `list_transform([acc.total], lambda ${total}: list_transform([box.item], lambda ${element}: ${merged.sql})[1])[1]`;
  const reduced = `list_reduce(${boxed}, lambda acc, box: ${box(noItem, body)}, ${box(noItem, initial.sql)}).total`;
  const result = `CASE WHEN ${value.sql} IS NOT NULL THEN ${reduced} END`;
  if (finish === undefined) return typed(result, initial.type);
  const last = lambda(finish, [initial.type], site);
  return typed(`list_transform([${result}], lambda ${last.names[0]}: ${last.body.sql})[1]`, last.body.type);
}
