import duckdb from "@duckdb/node-bindings";
import type { DataType } from "../types/data-type.ts";

/** A DuckDB vector, read in place, with its children. */
export interface VectorReader {
  data: Uint8Array;
  /** Undefined if no value is NULL. */
  validity: Uint8Array | undefined;
  children: VectorReader[];
}

/** How many bytes a value takes in DuckDB's memory. */
export function physicalWidth(type: DataType): number {
  switch (type.kind) {
    case "boolean":
    case "tinyint":
      return 1;
    case "smallint":
      return 2;
    case "int":
    case "float":
    case "date":
    case "void":
      return 4;
    case "bigint":
    case "double":
    case "timestamp":
    case "timestamp_ntz":
      return 8;
    case "decimal":
      return type.precision <= 4 ? 2 : type.precision <= 9 ? 4 : type.precision <= 18 ? 8 : 16;
    case "struct":
      return 0;
    default:
      // Strings, and the offset and length of a list.
      return 16;
  }
}

export function openVector(vector: duckdb.Vector, type: DataType, count: number): VectorReader {
  const width = physicalWidth(type);
  const data = width === 0 ? new Uint8Array(0) : duckdb.vector_get_data(vector, count * width);
  // Null at run time if every value is valid, although the type does not say so.
  const bits = duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8) as Uint8Array | null;
  return { data, validity: bits ?? undefined, children: childrenOf(vector, type, count) };
}

function childrenOf(vector: duckdb.Vector, type: DataType, count: number): VectorReader[] {
  switch (type.kind) {
    case "array":
      return [
        openVector(duckdb.list_vector_get_child(vector), type.element, duckdb.list_vector_get_size(vector)),
      ];
    case "map": {
      const entries = duckdb.list_vector_get_child(vector);
      const size = duckdb.list_vector_get_size(vector);
      return [type.key, type.value].map((one, i) =>
        openVector(duckdb.struct_vector_get_child(entries, i), one, size),
      );
    }
    case "struct":
      return type.fields.map((field, i) =>
        openVector(duckdb.struct_vector_get_child(vector, i), field.type, count),
      );
    default:
      return [];
  }
}
