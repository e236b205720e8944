export type YearMonthUnit = "YEAR" | "MONTH";
export type DayTimeUnit = "DAY" | "HOUR" | "MINUTE" | "SECOND";

export interface StructField {
  name: string;
  type: DataType;
  nullable: boolean;
  comment?: string;
}

/** Databricks' SQL types. The units of an interval are part of its type, and decide on its text. */
export type DataType =
  | { kind: "void" }
  | { kind: "boolean" }
  | { kind: "tinyint" }
  | { kind: "smallint" }
  | { kind: "int" }
  | { kind: "bigint" }
  | { kind: "float" }
  | { kind: "double" }
  | { kind: "decimal"; precision: number; scale: number }
  /** `length` is set only for VARCHAR(n) and CHAR(n), which exist only as the types of columns. */
  | { kind: "string"; length?: number; fixed?: boolean }
  | { kind: "binary" }
  | { kind: "date" }
  | { kind: "timestamp" }
  | { kind: "timestamp_ntz" }
  | { kind: "interval_ym"; from: YearMonthUnit; to: YearMonthUnit }
  | { kind: "interval_dt"; from: DayTimeUnit; to: DayTimeUnit }
  | { kind: "array"; element: DataType }
  | { kind: "map"; key: DataType; value: DataType }
  | { kind: "struct"; fields: StructField[] }
  | { kind: "variant" };

export type Kind = DataType["kind"];
export type TypeOf<K extends Kind> = Extract<DataType, { kind: K }>;

export const VOID = { kind: "void" } as const satisfies DataType;
export const BOOLEAN = { kind: "boolean" } as const satisfies DataType;
export const TINYINT = { kind: "tinyint" } as const satisfies DataType;
export const SMALLINT = { kind: "smallint" } as const satisfies DataType;
export const INT = { kind: "int" } as const satisfies DataType;
export const BIGINT = { kind: "bigint" } as const satisfies DataType;
export const FLOAT = { kind: "float" } as const satisfies DataType;
export const DOUBLE = { kind: "double" } as const satisfies DataType;
export const STRING = { kind: "string" } as const satisfies DataType;
export const BINARY = { kind: "binary" } as const satisfies DataType;
export const DATE = { kind: "date" } as const satisfies DataType;
export const TIMESTAMP = { kind: "timestamp" } as const satisfies DataType;
export const TIMESTAMP_NTZ = { kind: "timestamp_ntz" } as const satisfies DataType;
export const VARIANT = { kind: "variant" } as const satisfies DataType;
export const DAY_TIME = { kind: "interval_dt", from: "DAY", to: "SECOND" } as const satisfies DataType;
export const YEAR_MONTH = { kind: "interval_ym", from: "YEAR", to: "MONTH" } as const satisfies DataType;

export const decimal = (precision: number, scale: number): TypeOf<"decimal"> => ({
  kind: "decimal",
  precision,
  scale,
});
export const array = (element: DataType): TypeOf<"array"> => ({ kind: "array", element });
export const map = (key: DataType, value: DataType): TypeOf<"map"> => ({ kind: "map", key, value });

export const isIntegral = (type: DataType): boolean =>
  type.kind === "tinyint" || type.kind === "smallint" || type.kind === "int" || type.kind === "bigint";
export const isFloating = (type: DataType): boolean => type.kind === "float" || type.kind === "double";
export const isNumeric = (type: DataType): boolean =>
  isIntegral(type) || isFloating(type) || type.kind === "decimal";
export const isDateTime = (type: DataType): boolean =>
  type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz";
export const isInterval = (type: DataType): type is TypeOf<"interval_ym"> | TypeOf<"interval_dt"> =>
  type.kind === "interval_ym" || type.kind === "interval_dt";
export const isNested = (type: DataType): boolean =>
  type.kind === "array" || type.kind === "map" || type.kind === "struct";

export function sameType(a: DataType, b: DataType): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "decimal" && b.kind === "decimal") return a.precision === b.precision && a.scale === b.scale;
  if (isInterval(a) && isInterval(b)) return a.from === b.from && a.to === b.to;
  if (a.kind === "array" && b.kind === "array") return sameType(a.element, b.element);
  if (a.kind === "map" && b.kind === "map") return sameType(a.key, b.key) && sameType(a.value, b.value);
  if (a.kind === "struct" && b.kind === "struct") {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((field, i) => {
        const other = b.fields[i];
        return (
          other !== undefined &&
          field.name.toLowerCase() === other.name.toLowerCase() &&
          sameType(field.type, other.type)
        );
      })
    );
  }
  return true;
}
