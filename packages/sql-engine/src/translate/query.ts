import { SqlError } from "../sql-error.ts";
import type { Query, QueryBody } from "../syntax/query-ast.ts";
import { commonType } from "../types/coercion.ts";
import { sameType, VOID } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { cast } from "./cast.ts";
import { refuseMapColumn } from "./map-order.ts";
import { translateValues } from "./relation.ts";
import {
  columnName,
  columnValue,
  newScope,
  type OutputColumn,
  type Scope,
  type TranslatedQuery,
} from "./scope.ts";
import { limit, outputPlace, type Tail, translateSelect } from "./select.ts";
import type { Translation } from "./translation.ts";
import { typed } from "./typed.ts";
import { sortText } from "./window.ts";

/** Translates a query. `scope` is what it sees of an outer query. */
export function translateQuery(
  query: Query,
  scope: Scope | undefined,
  translation: Translation,
): TranslatedQuery {
  const definitions: string[] = [];
  let inner = translation;
  for (const { alias, query: defined } of query.with) {
    const made = renamed(inner.query(defined, scope), alias.columns, inner, defined.at);
    const name = translation.fresh("cte");
    definitions.push(`${name} AS (${made.sql})`);
    inner = inner.withCte(alias.name, { name, query: made });
  }
  const { body } = query;
  const hasTail = query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined;
  const result =
    body.kind === "select"
      ? translateSelect(body, query, scope, inner)
      : hasTail
        ? sorted(translateBody(body, scope, inner), query, inner)
        : translateBody(body, scope, inner);
  if (definitions.length === 0) return result;
  return { ...result, sql: `WITH ${definitions.join(", ")} ${result.sql}` };
}

function translateBody(body: QueryBody, scope: Scope | undefined, translation: Translation): TranslatedQuery {
  switch (body.kind) {
    case "select":
      return translateSelect(body, { orderBy: [] }, scope, translation);
    case "nested":
      return translation.query(body.query, scope);
    case "values":
      return translateValues(body.rows, body.alias?.columns ?? [], scope, translation, body.at);
    case "set":
      return setOperation(body, scope, translation);
  }
}

type SetBody = Extract<QueryBody, { kind: "set" }>;

/** Columns pair up by position, and each pair gets its least common type. The names are those of the left side. */
function setOperation(body: SetBody, scope: Scope | undefined, translation: Translation): TranslatedQuery {
  const [left, right] = [
    translateBody(body.left, scope, translation),
    translateBody(body.right, scope, translation),
  ];
  if (body.byName) return setOperationByName(body, left, right, translation);
  return setOperationOf(body, left, right, translation);
}

/** The right side in the order of the left side's columns. Both must have the same names. */
function setOperationByName(
  body: SetBody,
  left: TranslatedQuery,
  right: TranslatedQuery,
  translation: Translation,
): TranslatedQuery {
  const places = left.columns.map(({ name }) => {
    const found = right.columns.flatMap((other, i) =>
      other.name.toLowerCase() === name.toLowerCase() ? [i] : [],
    );
    const [place] = found;
    if (place !== undefined && found.length === 1) return place;
    const text = `The column \`${name}\` cannot be resolved on both sides of UNION BY NAME.`;
    throw new SqlError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", text, translation.position(body.at));
  });
  if (right.columns.length !== left.columns.length)
    throw new SqlError(
      "NUM_COLUMNS_MISMATCH",
      "UNION BY NAME can only be performed on inputs with the same columns.",
      translation.position(body.at),
    );
  const name = translation.fresh("u");
  const items = places.map((place, i) => `${name}.${columnName(place)} AS ${columnName(i)}`).join(", ");
  const columns = places.flatMap((place) => right.columns[place] ?? []);
  return setOperationOf(
    body,
    left,
    { sql: `SELECT ${items} FROM (${right.sql}) AS ${name}`, columns },
    translation,
  );
}

function setOperationOf(
  body: SetBody,
  left: TranslatedQuery,
  right: TranslatedQuery,
  translation: Translation,
): TranslatedQuery {
  if (left.columns.length !== right.columns.length) {
    const text = `${body.operator} can only be performed on inputs with the same number of columns, but the first input has ${left.columns.length} columns and the second input has ${right.columns.length} columns.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(body.at));
  }
  const columns = left.columns.map((column, i): OutputColumn => {
    const other = right.columns[i] ?? column;
    const type = commonType(column.type, other.type);
    if (type === undefined) {
      const text = `${body.operator} can only be performed on tables with compatible column types. The column ${i + 1} is "${sqlTypeText(other.type)}" which is not compatible with "${sqlTypeText(column.type)}".`;
      throw new SqlError("INCOMPATIBLE_COLUMN_TYPE", text, translation.position(body.at));
    }
    return { ...column, type, nullable: column.nullable || other.nullable };
  });
  if (!body.all || body.operator !== "UNION") refuseMapColumn(columns, translation, body.at);
  const sides = [left, right].map((side) => asColumns(side, columns, translation));
  return { sql: `${sides[0]} ${body.operator}${body.all ? " ALL" : ""} ${sides[1]}`, columns };
}

/** One side in brackets, cast to the common types. */
function asColumns(side: TranslatedQuery, columns: OutputColumn[], translation: Translation): string {
  if (side.columns.every((column, i) => sameType(column.type, columns[i]?.type ?? VOID)))
    return `(${side.sql})`;
  const name = translation.fresh("u");
  const items = columns.map((column, i) => {
    const value = typed(`${name}.${columnName(i)}`, side.columns[i]?.type ?? VOID);
    return `${cast(value, column.type).sql} AS ${columnName(i)}`;
  });
  return `(SELECT ${items.join(", ")} FROM (${side.sql}) AS ${name})`;
}

/** On anything other than a plain SELECT, ORDER BY and LIMIT see only its columns. */
function sorted(query: TranslatedQuery, tail: Tail, translation: Translation): TranslatedQuery {
  const name = translation.fresh("o");
  const scope = newScope(
    undefined,
    query.columns.map((column, i) => ({
      name: column.name,
      qualifier: [],
      value: columnValue(column, `${name}.${columnName(i)}`),
    })),
  );
  const outputs = query.columns.map((column) => ({ name: column.name, alias: true }));
  const items = tail.orderBy.flatMap((item) => {
    if (item.expression.kind === "star")
      return query.columns.map((column, i) => sortText(item, typed(String(i + 1), column.type)));
    const place = outputPlace(item.expression, outputs, true, translation);
    return sortText(
      item,
      place === undefined
        ? translation.expression(item.expression, scope)
        : typed(String(place + 1), query.columns[place]?.type ?? VOID),
    );
  });
  const order = items.length === 0 ? "" : ` ORDER BY ${items.join(", ")}`;
  return {
    ...query,
    sql: `SELECT * FROM (${query.sql}) AS ${name}${order}${limit(tail, translation)}`,
    ordered: items.length > 0,
  };
}

/** Renames the columns of a query to those of an alias: `WITH q (a, b) AS …`. */
function renamed(
  query: TranslatedQuery,
  names: string[],
  translation: Translation,
  at: number,
): TranslatedQuery {
  if (names.length === 0) return query;
  if (names.length !== query.columns.length) {
    const text = `Number of column aliases does not match number of columns. Number of column aliases: ${names.length}; number of columns: ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(at));
  }
  return {
    ...query,
    columns: query.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })),
  };
}
