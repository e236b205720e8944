import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Alias, Relation, RelationOf } from "../syntax/query-ast.ts";
import { cast } from "./cast.ts";
import { toCommonType } from "./coerce.ts";
import { translateJoin } from "./join.ts";
import { namedTable } from "./named-table.ts";
import { translatePivot, translateUnpivot } from "./pivot.ts";
import {
  columnName,
  columnValue,
  newScope,
  type Scope,
  type ScopeColumn,
  type Source,
  type TranslatedQuery,
  withoutAggregates,
} from "./scope.ts";
import { tableFunction } from "./table-function.ts";
import type { Translation } from "./translation.ts";

/** Translates a FROM item. `scope` is what it sees of an outer query or, with LATERAL, of the items to its left. */
export function translateRelation(
  relation: Relation,
  scope: Scope | undefined,
  translation: Translation,
): Source {
  switch (relation.kind) {
    case "table":
      return tableSource(relation, translation);
    case "derived":
      return asSource(translation.query(relation.query, scope), relation.alias, [], translation, relation.at);
    case "values":
      return asSource(
        translateValues(relation.rows, [], scope, translation, relation.at),
        relation.alias,
        [],
        translation,
        relation.at,
      );
    case "table_function":
      return asSource(
        tableFunction(relation, scope, translation),
        relation.alias,
        [],
        translation,
        relation.at,
      );
    case "join":
      return translateJoin(relation, scope, translation, translateRelation);
    case "pivot":
      return asSource(
        translatePivot(relation, translateRelation(relation.source, scope, translation), translation),
        relation.alias,
        [],
        translation,
        relation.at,
      );
    case "unpivot":
      return asSource(
        translateUnpivot(relation, translateRelation(relation.source, scope, translation), translation),
        relation.alias,
        [],
        translation,
        relation.at,
      );
  }
}

function tableSource(relation: RelationOf<"table">, translation: Translation): Source {
  const { query, path } = namedTable(relation.name, translation);
  return asSource(query, relation.alias, path, translation, relation.at);
}

/** The query as a FROM item. Its columns can be qualified by the alias, or else by the table's path. */
function asSource(
  query: TranslatedQuery,
  alias: Alias | undefined,
  path: string[],
  translation: Translation,
  at: number,
): Source {
  const name = translation.fresh("r");
  if (alias !== undefined && alias.columns.length > 0 && alias.columns.length !== query.columns.length) {
    const text = `Number of column aliases does not match number of columns. Number of column aliases: ${alias.columns.length}; number of columns: ${query.columns.length}.`;
    throw new SqlError("NUM_COLUMNS_MISMATCH", text, translation.position(at));
  }
  const qualifier = (alias === undefined ? path : [alias.name]).map((part) => part.toLowerCase());
  const columns = query.columns.map(
    (column, i): ScopeColumn => ({
      name: alias?.columns[i] ?? column.name,
      qualifier,
      value: columnValue(column, `${name}.${columnName(i)}`),
    }),
  );
  return { sql: `(${query.sql}) AS ${name}`, columns };
}

/** VALUES: the columns are col1, col2, … unless named. */
export function translateValues(
  rows: Expression[][],
  names: string[],
  scope: Scope | undefined,
  translation: Translation,
  at: number,
): TranslatedQuery {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) {
    throw new SqlError(
      "NUM_COLUMNS_MISMATCH",
      "The rows of VALUES have different numbers of columns.",
      translation.position(at),
    );
  }
  const inner = newScope(scope);
  const cells = rows.map((row) =>
    row.map((cell) => translation.expression(cell, withoutAggregates(inner, "VALUES"))),
  );
  const types = Array.from(
    { length: width },
    (_, i) =>
      toCommonType(
        cells.flatMap((row) => row[i] ?? []),
        "VALUES",
        translation,
        at,
      ).type,
  );
  const lines = cells.map(
    (row) => `(${row.map((cell, i) => cast(cell, types[i] ?? cell.type).sql).join(", ")})`,
  );
  const columns = types.map((type, i) => ({ name: names[i] ?? `col${i + 1}`, type, nullable: true }));
  return {
    sql: `SELECT * FROM (VALUES ${lines.join(", ")}) AS ${translation.fresh("v")}(${columns.map((_, i) => columnName(i)).join(", ")})`,
    columns,
  };
}
