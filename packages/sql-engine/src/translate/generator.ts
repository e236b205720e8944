import { SqlError, unsupported } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { type DataType, INT, VOID } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { fieldOf } from "./cast-nested.ts";
import { toCommonType, wrongType } from "./coerce.ts";
import type { Scope, ScopeColumn, Source } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

const GENERATORS = /^(explode|posexplode|inline)(_outer)?$|^stack$/;

/** The names that their argument can have, as in `explode(collection => …)`. */
const PARAMETERS = new Set(["collection", "input"]);

export function isGenerator(node: Expression): boolean {
  return node.kind === "call" && GENERATORS.test(node.name);
}

export interface Generated {
  /** Lists of equal length, one for each column of the generated rows. */
  lists: { name: string; sql: string; type: DataType }[];
}

/** Translates a generator to one list per column. With `outer` an empty or NULL collection yields one row of NULLs. */
export function generate(
  node: Expression,
  outer: boolean,
  scope: Scope,
  translation: Translation,
): Generated {
  if (node.kind !== "call" || !isGenerator(node)) {
    throw unsupported("GENERATOR", "this function in LATERAL VIEW or FROM", translation.position(node.at));
  }
  const written = [
    ...node.args,
    ...node.namedArgs.flatMap((arg) => (PARAMETERS.has(arg.name) ? arg.value : [])),
  ];
  const args = written.map((arg) => translation.expression(arg, scope));
  if (node.name === "stack") return stack(args, translation, node.at);
  const [base, ...rest] = args;
  if (base === undefined || rest.length > 0) {
    throw new SqlError(
      "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
      `The \`${node.name}\` requires 1 parameters but the actual number is ${args.length}.`,
      translation.position(node.at),
    );
  }
  const name = node.name.replace("_outer", "");
  const keepsEmpty = outer || node.name.endsWith("_outer");
  const lists = name === "inline" ? inline(base, translation, node.at) : explode(base, translation, node.at);
  const [first] = lists;
  const all = name === "posexplode" && first !== undefined ? [positions(first.sql), ...lists] : lists;
  if (!keepsEmpty) return { lists: all };
  return {
    lists: all.map((list) => ({
      ...list,
      sql: `CASE WHEN len(${first?.sql}) > 0 THEN ${list.sql} ELSE [CAST(NULL AS ${duckType(list.type)})] END`,
    })),
  };
}

const positions = (list: string) => ({
  name: "pos",
  sql: `CAST(range(len(${list})) AS INTEGER[])`,
  type: INT,
});

function explode(base: Typed, translation: Translation, at: number): Generated["lists"] {
  const { type, sql } = base;
  if (type.kind === "array") return [{ name: "col", sql, type: type.element }];
  if (type.kind !== "map") throw wrongType(type, '"ARRAY" or "MAP"', "explode", translation, at);
  return [
    { name: "key", sql: `map_keys(${sql})`, type: type.key },
    { name: "value", sql: `map_values(${sql})`, type: type.value },
  ];
}

function inline(base: Typed, translation: Translation, at: number): Generated["lists"] {
  const { type, sql } = base;
  if (type.kind !== "array" || type.element.kind !== "struct")
    throw wrongType(type, '"ARRAY<STRUCT>"', "inline", translation, at);
  const { fields } = type.element;
  return fields.map((field) => ({
    name: field.name,
    sql: `list_transform(${sql}, lambda s: ${fieldOf("s", field.name)})`,
    type: field.type,
  }));
}

/** `stack(n, v1, v2, …)`: n rows. */
function stack([count, ...values]: Typed[], translation: Translation, at: number): Generated {
  const rows = count?.literal;
  if (typeof rows !== "number" || rows < 1)
    throw wrongType(count?.type ?? VOID, "a literal number of rows", "stack", translation, at);
  const width = Math.ceil(values.length / rows);
  const lists = Array.from({ length: width }, (_, column) => {
    const cells = Array.from(
      { length: rows },
      (__, row) => values[row * width + column] ?? typed("NULL", VOID),
    );
    const common = toCommonType(cells, "stack", translation, at);
    return {
      name: `col${column}`,
      sql: `[${common.values.map((cell) => cell.sql).join(", ")}]`,
      type: common.type,
    };
  });
  return { lists };
}

/** The names of a generator's columns. Aliases apply if there are as many as columns. */
export function generatedNames(
  generated: Generated,
  aliases: string[],
  translation: Translation,
  at: number,
): string[] {
  if (aliases.length === 0) return generated.lists.map((list) => list.name);
  if (aliases.length !== generated.lists.length) {
    const text = `The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF: expected ${generated.lists.length}, got ${aliases.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(at));
  }
  return aliases;
}

/**
 * Joins each row of the source with its generated rows. It uses `unnest` in a SELECT list rather than a lateral join,
 * because that keeps the order of rows.
 */
export function withGenerated(
  source: Source,
  where: string,
  generated: Generated,
  names: string[],
  qualifier: string[],
  translation: Translation,
): { source: Source; generated: ScopeColumn[] } {
  const alias = translation.fresh("r");
  const kept = source.columns.map((column, i) => ({ column, name: `k${i}` }));
  const items = [
    ...kept.map(({ column, name }) => `${column.value.sql} AS ${name}`),
    ...generated.lists.map((list, i) => `unnest(${list.sql}) AS g${i}`),
  ];
  const from = source.sql === "" ? "" : ` FROM ${source.sql}`;
  const added = generated.lists.map(
    (list, i): ScopeColumn => ({
      name: names[i] ?? list.name,
      qualifier,
      value: typed(`${alias}.g${i}`, list.type),
    }),
  );
  const columns = kept.map(({ column, name }) => ({
    ...column,
    value: { ...column.value, sql: `${alias}.${name}` },
  }));
  return {
    source: {
      sql: `(SELECT ${items.join(", ")}${from}${where}) AS ${alias}`,
      columns: [...columns, ...added],
    },
    generated: added,
  };
}
