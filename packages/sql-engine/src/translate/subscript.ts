import { sessionMode } from "../session-mode.ts";
import type { TypeOf } from "../types/data-type.ts";
import { bind, type Typed, typed } from "./typed.ts";

type OfArray = Typed & { type: TypeOf<"array"> };
type OfMap = Typed & { type: TypeOf<"map"> };

/** `array[index]`, from zero. Out of bounds it fails, as in ANSI mode, while `get()` returns NULL. */
export function arrayElement(list: OfArray, index: Typed, outside: "error" | "null"): Typed {
  const failure = (i: string) =>
    outside === "null" || !sessionMode().ansi
      ? "NULL"
      : `error('[INVALID_ARRAY_INDEX] The index ' || ${i} || ' is out of bounds. The array has ' || len(${list.sql}) || ' elements. Use the SQL function \`get()\` to tolerate accessing element at invalid index and return NULL instead.')`;
  const sql = bind(
    index.sql,
    (i) =>
      `CASE WHEN ${list.sql} IS NULL OR ${i} IS NULL THEN NULL WHEN ${i} < 0 OR ${i} >= len(${list.sql}) THEN ${failure(i)} ELSE ${list.sql}[${i} + 1] END`,
  );
  return typed(sql, list.type.element);
}

/** NULL if the key does not exist. */
export function mapValue(value: OfMap, key: Typed): Typed {
  return typed(`map_extract_value(${value.sql}, ${key.sql})`, value.type.value);
}
