import { openEnum } from "../open-enum.ts";

/** The name of the type of a column, a parameter or a value that a function returns. */
export const columnType = openEnum(
  "ColumnType",
  [
    "ARRAY",
    "BIGINT",
    "BINARY",
    "BOOLEAN",
    "CHAR",
    "DATE",
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "GEOGRAPHY",
    "GEOMETRY",
    "INT",
    "INTERVAL DAY TO SECOND",
    "INTERVAL YEAR TO MONTH",
    "MAP",
    "OBJECT",
    "SMALLINT",
    "STRING",
    "STRUCT",
    "TABLE_TYPE",
    "TIMESTAMP",
    "TIMESTAMP_NTZ",
    "TINYINT",
    "VARCHAR",
    "VARIANT",
    "VOID",
  ],
  "The type's name without its parameters.",
);

export const columnTypeText = "The whole type: `DECIMAL(10,2)`, `ARRAY<INT>`, …";
