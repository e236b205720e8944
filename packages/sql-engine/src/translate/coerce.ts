import { SqlError, unsupported } from "../sql-error.ts";
import { castsImplicitly, commonType } from "../types/coercion.ts";
import { type DataType, isInterval, VOID } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { cast } from "./cast.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

/** The value as an argument of this type. Throws DATATYPE_MISMATCH if it cannot be one. */
export function coerce(
  value: Typed,
  to: DataType,
  what: string,
  translation: Translation,
  at: number,
): Typed {
  if (!castsImplicitly(value.type, to)) throw wrongType(value.type, to, what, translation, at);
  return cast(value, to);
}

export function wrongType(
  from: DataType,
  to: DataType | string,
  what: string,
  translation: Translation,
  at: number,
): SqlError {
  if (isInterval(from))
    return unsupported("INTERVAL_ARGUMENT", `${what} of an interval`, translation.position(at));
  const wanted = typeof to === "string" ? to : `"${sqlTypeText(to)}"`;
  const text = `Cannot resolve "${what}" due to data type mismatch: it requires ${wanted}, however the argument has the type "${sqlTypeText(from)}".`;
  return new SqlError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", text, translation.position(at));
}

/** Casts all values to their least common type. */
export function toCommonType(
  values: Typed[],
  what: string,
  translation: Translation,
  at: number,
  common = commonType,
): { values: Typed[]; type: DataType } {
  let type: DataType = VOID;
  for (const value of values) {
    const wider = common(type, value.type);
    if (wider === undefined) {
      const text = `Cannot resolve "${what}" due to data type mismatch: the types "${sqlTypeText(type)}" and "${sqlTypeText(value.type)}" have no common type.`;
      throw new SqlError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", text, translation.position(at));
    }
    type = wider;
  }
  return { values: values.map((value) => cast(value, type)), type };
}
