import type { AsyncBuffer, SchemaElement } from "hyparquet";
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { boundedCompressors } from "./bounded-compressors.ts";
import { columnsWithin, unpackedBytesMax } from "./columns-within.ts";
import { exactCell, parsers } from "./parquet-cells.ts";

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
  readonly isNumeric: boolean;
}

export interface ParquetStart {
  readonly columns: readonly ParquetColumn[];
  readonly rowCount: number;
  readonly createdBy: string | undefined;
  /** The columns of `rows`: fewer than all where all are too many, or too many bytes. */
  readonly shown: readonly ParquetColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** A DECIMAL within a value that is nested is read as a floating-point number. */
  readonly isRounded: boolean;
}

/** The schema of a Parquet file and its first rows, of which only the parts are read that hold them. */
export async function readParquetStart(file: AsyncBuffer, rowsMax: number): Promise<ParquetStart> {
  const metadata = await parquetMetadataAsync(file);
  const elements = parquetSchema(metadata).children.map(({ element }) => element);
  const columns = elements.map(columnOf);
  const topLevel = new Set(elements);
  const schema = metadata.schema.map((element) => (topLevel.has(element) ? asStored(element) : element));
  const names = columnsWithin(
    metadata.row_groups[0]?.columns ?? [],
    elements.map(({ name }) => name),
  );
  const rowEnd = names.length === 0 ? 0 : Math.min(rowsMax, Number(metadata.num_rows));
  const found = await parquetReadObjects({
    file,
    metadata: { ...metadata, schema },
    columns: names,
    rowStart: 0,
    rowEnd,
    compressors: boundedCompressors(unpackedBytesMax),
    parsers,
    utf8: false,
    useOffsetIndex: true,
  });
  const shownElements = elements.slice(0, names.length);
  return {
    columns,
    rowCount: Number(metadata.num_rows),
    createdBy: metadata.created_by,
    shown: columns.slice(0, names.length),
    rows: found.map((row) => shownElements.map((element) => exactCell(row[element.name], element))),
    isRounded: metadata.schema.some((element) => isDecimal(element) && !topLevel.has(element)),
  };
}

/** hyparquet divides a DECIMAL as a floating-point number, unless it is not told that it is one. */
function asStored(element: SchemaElement): SchemaElement {
  if (!isDecimal(element)) return element;
  const { converted_type: _converted, logical_type: _logical, ...stored } = element;
  return stored;
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === "DECIMAL" || logical?.type === "DECIMAL";
}

const simpleTypes: Readonly<Record<string, string>> = {
  BOOLEAN: "BOOLEAN",
  INT32: "INT",
  INT64: "BIGINT",
  INT96: "TIMESTAMP",
  FLOAT: "FLOAT",
  DOUBLE: "DOUBLE",
  BYTE_ARRAY: "BINARY",
  FIXED_LEN_BYTE_ARRAY: "BINARY",
};
const convertedTypes: Readonly<Record<string, string>> = {
  UTF8: "STRING",
  ENUM: "STRING",
  JSON: "STRING",
  DATE: "DATE",
  INT_8: "TINYINT",
  INT_16: "SMALLINT",
  TIMESTAMP_MILLIS: "TIMESTAMP",
  TIMESTAMP_MICROS: "TIMESTAMP",
  LIST: "ARRAY",
  MAP: "MAP",
};
const numeric = new Set(["TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE"]);

/** With the types that a table of it would have. */
function columnOf(element: SchemaElement): ParquetColumn {
  const { name, type, converted_type: converted = "", logical_type: logical, precision, scale = 0 } = element;
  if (isDecimal(element)) return { name, type: `DECIMAL(${precision ?? "?"},${scale})`, isNumeric: true };
  const known =
    convertedTypes[converted] ??
    (logical?.type === "STRING" || logical?.type === "TIMESTAMP" || logical?.type === "UUID"
      ? logical.type
      : simpleTypes[type ?? ""]);
  return { name, type: known ?? "STRUCT", isNumeric: numeric.has(known ?? "") };
}
