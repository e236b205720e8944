import { SqlError } from "../sql-error.ts";
import type { DataType } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { castNested } from "./cast-nested.ts";
import type { Translation } from "./translation.ts";
import { bind, type Typed } from "./typed.ts";

export function holdsMap(type: DataType): boolean {
  switch (type.kind) {
    case "map":
      return true;
    case "array":
      return holdsMap(type.element);
    case "struct":
      return type.fields.some((field) => holdsMap(field.type));
    default:
      return false;
  }
}

/** The value with its maps sorted by key, as Spark groups by it: there the order of a map's entries has no meaning. */
export function withSortedMaps(value: Typed): Typed {
  const { type } = value;
  if (!holdsMap(type)) return value;
  const sql = castNested(value, type, (element) => withSortedMaps(element)) ?? value.sql;
  if (type.kind !== "map") return { ...value, sql, mapsSorted: true };
  return { ...value, sql: bind(sql, sortedMap), mapsSorted: true };
}

const sortedMap = (v: string): string =>
  `CASE WHEN ${v} IS NOT NULL THEN map_from_entries(list_sort(map_entries(${v}))) END`;

/** Refuses a map where Spark compares or orders values. */
export function refuseMap(type: DataType, what: string, translation?: Translation, at = 0): void {
  if (!holdsMap(type)) return;
  throw new SqlError(
    "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
    `Cannot resolve "${what}" due to data type mismatch: The \`${what}\` does not support ordering on type "${sqlTypeText(type)}".`,
    translation?.position(at),
  );
}

/** Refuses a map in a column that DISTINCT or a set operation compares. */
export function refuseMapColumn(
  columns: readonly { name: string; type: DataType }[],
  translation: Translation,
  at: number,
): void {
  const column = columns.find(({ type }) => holdsMap(type));
  if (column === undefined) return;
  const text = `The feature is not supported: Cannot have MAP type columns in DataFrame which calls set operations (INTERSECT, EXCEPT, etc.), but the type of column \`${column.name}\` is "${sqlTypeText(column.type)}".`;
  throw new SqlError("UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", text, translation.position(at));
}
