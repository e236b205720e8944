import { type ResultColumn, schemaMessage } from "@front-door/sql-engine";
import { type ResultSetMetadata, ROW_SET } from "../thrift/tcli-structs.ts";
import type { Operation } from "./sessions.ts";
import { SUCCESS } from "./status.ts";

/** The TTypeId of each type name of the Statement Execution API. */
const TYPE_IDS: Record<string, number> = {
  BOOLEAN: 0,
  BYTE: 1,
  SHORT: 2,
  INT: 3,
  LONG: 4,
  FLOAT: 5,
  DOUBLE: 6,
  STRING: 7,
  TIMESTAMP: 8,
  TIMESTAMP_NTZ: 8,
  BINARY: 9,
  ARRAY: 10,
  MAP: 11,
  STRUCT: 12,
  DECIMAL: 15,
  NULL: 16,
  DATE: 17,
};
const STRING_ID = 7;
const YEAR_MONTH_ID = 20;
const DAY_TIME_ID = 21;

export async function resultSetMetadata(
  { statement, inColumns, files }: Operation,
  lz4: boolean,
): Promise<ResultSetMetadata> {
  const { schema } = statement.reader;
  const inFiles = (await files?.isUsed()) === true;
  return {
    status: SUCCESS,
    schema: { columns: statement.columns.map(columnDescription) },
    ...(inColumns
      ? { resultFormat: ROW_SET.columns, lz4Compressed: false }
      : {
          resultFormat: inFiles ? ROW_SET.links : ROW_SET.arrow,
          lz4Compressed: lz4 && !inFiles,
          arrowSchema: schemaMessage(schema),
        }),
    isStagingOperation: statement.isTransfer,
  };
}

function columnDescription(column: ResultColumn) {
  return {
    columnName: column.name,
    typeDesc: { types: [{ primitiveEntry: { type: typeId(column), ...qualifiers(column.typeText) } }] },
    position: column.position + 1,
    comment: "",
  };
}

/** VARIANT is sent as text. */
function typeId({ typeName, typeText }: ResultColumn): number {
  if (typeName === "INTERVAL") return /year|month/i.test(typeText) ? YEAR_MONTH_ID : DAY_TIME_ID;
  return TYPE_IDS[typeName] ?? STRING_ID;
}

function qualifiers(typeText: string) {
  const decimal = /^decimal\((\d+),(\d+)\)$/i.exec(typeText);
  if (decimal === null) return {};
  const values: [string, { i32Value: number }][] = [
    ["precision", { i32Value: Number(decimal[1]) }],
    ["scale", { i32Value: Number(decimal[2]) }],
  ];
  return { typeQualifiers: { qualifiers: new Map(values) } };
}
