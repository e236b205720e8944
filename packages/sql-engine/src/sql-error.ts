/** A position in the statement's text. Lines count from 1, columns from 0, as on Databricks. */
export interface SqlPosition {
  line: number;
  pos: number;
}

/** The SQLSTATE of each error class that the engine throws, from Databricks' list of error conditions. */
const SQL_STATES = {
  AMBIGUOUS_REFERENCE: "42704",
  ARITHMETIC_OVERFLOW: "22003",
  CANNOT_PARSE_TIMESTAMP: "22007",
  CAST_INVALID_INPUT: "22018",
  CAST_OVERFLOW: "22003",
  CATALOG_ALREADY_EXISTS: "42710",
  CATALOG_NOT_FOUND: "42704",
  COLUMN_ALREADY_EXISTS: "42711",
  CONFIG_NOT_AVAILABLE: "42K0I",
  DATATYPE_MISMATCH: "42K09",
  DATETIME_FIELD_OUT_OF_BOUNDS: "22023",
  DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE: "21506",
  DELTA_NOT_NULL_CONSTRAINT_VIOLATED: "23502",
  DIVIDE_BY_ZERO: "22012",
  DUPLICATED_MAP_KEY: "23505",
  NULL_MAP_KEY: "2200E",
  EXCEED_LIMIT_LENGTH: "54006",
  EXPECT_TABLE_NOT_VIEW: "42809",
  EXPECT_VIEW_NOT_TABLE: "42809",
  INCOMPATIBLE_COLUMN_TYPE: "42825",
  INSERT_COLUMN_ARITY_MISMATCH: "21S01",
  INTERNAL_ERROR: "XX000",
  INTERVAL_ARITHMETIC_OVERFLOW: "22015",
  INVALID_ARRAY_INDEX: "22003",
  INVALID_ARRAY_INDEX_IN_ELEMENT_AT: "22003",
  INVALID_EXTRACT_FIELD: "42601",
  INVALID_FORMAT: "42601",
  INVALID_IDENTIFIER: "42602",
  INVALID_INTERVAL_FORMAT: "22006",
  INVALID_LIMIT_LIKE_EXPRESSION: "42K0E",
  INVALID_PARAMETER_VALUE: "22023",
  INVALID_TYPED_LITERAL: "42604",
  INVALID_USAGE_OF_STAR_OR_REGEX: "42000",
  MALFORMED_RECORD_IN_PARSING: "22023",
  MISSING_AGGREGATION: "42803",
  MISSING_GROUP_BY: "42803",
  NOT_A_SCALAR_FUNCTION: "42887",
  NUMERIC_VALUE_OUT_OF_RANGE: "22003",
  NUM_COLUMNS_MISMATCH: "42826",
  OPERATION_CANCELED: "HY008",
  OUT_OF_RANGE: "22003",
  PARSE_EMPTY_STATEMENT: "42617",
  PARSE_SYNTAX_ERROR: "42601",
  PATH_NOT_FOUND: "42K03",
  PERMISSION_DENIED: "42501",
  QUERY_TIMEOUT: "57014",
  REMAINDER_BY_ZERO: "22012",
  SCALAR_SUBQUERY_TOO_MANY_ROWS: "21000",
  SCHEMA_ALREADY_EXISTS: "42P06",
  SCHEMA_NOT_EMPTY: "2BP01",
  SCHEMA_NOT_FOUND: "42704",
  SESSION_CLOSED: "08003",
  TABLE_OR_VIEW_ALREADY_EXISTS: "42P07",
  TABLE_OR_VIEW_NOT_FOUND: "42P01",
  UNABLE_TO_INFER_SCHEMA: "42KD9",
  UNBOUND_SQL_PARAMETER: "42P02",
  UNRESOLVED_COLUMN: "42703",
  UNRESOLVED_FIELD: "42703",
  UNRESOLVED_ROUTINE: "42883",
  UNSUPPORTED_DATATYPE: "0A000",
  UNSUPPORTED_FEATURE: "0A000",
  USER_RAISED_EXCEPTION: "P0001",
  VIEW_COLUMN_MISMATCH: "21S01",
  VOLUME_ALREADY_EXISTS: "42000",
  VOLUME_NOT_FOUND: "42704",
  WRONG_NUM_ARGS: "42605",
} as const;

export type ErrorClass = keyof typeof SQL_STATES;

/** The only error that the engine throws. `message` is as on Databricks: `[CLASS] … SQLSTATE: 42P01 (line 1, pos 7)`. */
export class SqlError extends Error {
  /** The class with its subclass, e.g. `UNSUPPORTED_FEATURE.TIME_TRAVEL`. */
  readonly errorClass: string;
  readonly sqlState: string;
  readonly position: SqlPosition | undefined;

  constructor(
    errorClass: ErrorClass | `${ErrorClass}.${string}`,
    text: string,
    position?: SqlPosition,
    options?: ErrorOptions,
  ) {
    const sqlState = SQL_STATES[errorClass.split(".")[0] as ErrorClass];
    const at = position === undefined ? "" : ` (line ${position.line}, pos ${position.pos})`;
    super(`[${errorClass}] ${text} SQLSTATE: ${sqlState}${at}`, options);
    this.name = "SqlError";
    this.errorClass = errorClass;
    this.sqlState = sqlState;
    this.position = position;
  }
}

/** The error for anything that the engine cannot do exactly, in place of a silently different result. */
export function unsupported(what: string, construct: string, position?: SqlPosition): SqlError {
  return new SqlError(
    `UNSUPPORTED_FEATURE.${what}`,
    `The feature is not supported by the local SQL engine: ${construct}.`,
    position,
  );
}
