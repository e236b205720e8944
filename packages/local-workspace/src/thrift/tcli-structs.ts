import {
  binary,
  bool,
  byte,
  double,
  i16,
  i32,
  i64,
  list,
  long,
  map,
  nested,
  string,
  struct,
  type ThriftType,
  type ValueOf,
} from "./thrift-type.ts";

/**
 * The structs of Databricks' TCLIService that are used here. The field numbers are those of the published interface,
 * `TCLIService.thrift` in Databricks' open drivers. Fields that neither side needs are missing; a reader skips them.
 */
export const STATUS = { success: 0, error: 3 } as const;
export const OPERATION_STATE = {
  running: 1,
  finished: 2,
  canceled: 3,
  closed: 4,
  error: 5,
  pending: 7,
} as const;
export const ROW_SET = { arrow: 0, columns: 1, links: 3 } as const;
export const FETCH = { next: 0, first: 4 } as const;

const tStatus = struct({
  statusCode: [1, i32],
  infoMessages: [2, list(string)],
  sqlState: [3, string],
  errorCode: [4, i32],
  errorMessage: [5, string],
  displayMessage: [6, string],
});

const tHandleIdentifier = struct({ guid: [1, binary], secret: [2, binary] });
const tSessionHandle = struct({ sessionId: [1, tHandleIdentifier] });
const tOperationHandle = struct({
  operationId: [1, tHandleIdentifier],
  operationType: [2, i32],
  hasResultSet: [3, bool],
  modifiedRowCount: [4, double],
});
const tNamespace = struct({ catalogName: [1, string], schemaName: [2, string] });

export const openSessionRequest = struct({
  clientProtocol: [1, i32],
  configuration: [4, map(string)],
  clientProtocolI64: [1282, i64],
  initialNamespace: [1284, tNamespace],
  canUseMultipleCatalogs: [1285, bool],
});
export const openSessionResponse = struct({
  status: [1, tStatus],
  serverProtocolVersion: [2, i32],
  sessionHandle: [3, tSessionHandle],
  configuration: [4, map(string)],
  initialNamespace: [1284, tNamespace],
  canUseMultipleCatalogs: [1285, bool],
});

/** For CloseSession. GetInfo adds a field. */
export const sessionRequest = struct({ sessionHandle: [1, tSessionHandle] });
export const statusResponse = struct({ status: [1, tStatus] });
export const operationRequest = struct({ operationHandle: [1, tOperationHandle] });

export const getInfoRequest = struct({ sessionHandle: [1, tSessionHandle], infoType: [2, i32] });
export const getInfoResponse = struct({
  status: [1, tStatus],
  infoValue: [2, struct({ stringValue: [1, string], smallIntValue: [2, i16] })],
});

const tSparkGetDirectResults = struct({ maxRows: [1, i64], maxBytes: [2, i64] });
const tSparkArrowTypes = struct({
  timestampAsArrow: [1, bool],
  decimalAsArrow: [2, bool],
  complexTypesAsArrow: [3, bool],
  intervalTypesAsArrow: [4, bool],
  nullTypeAsArrow: [5, bool],
});
/** An element of an ARRAY, or a key or value of a MAP. */
export interface SparkArgument {
  type?: string | undefined;
  value?: string | undefined;
  arguments?: SparkArgument[] | undefined;
}
const tSparkArgument: ThriftType<SparkArgument> = struct({
  type: [1, string],
  value: [2, string],
  arguments: [3, list(nested(() => tSparkArgument))],
});
const tSparkParameter = struct({
  ordinal: [1, i32],
  name: [2, string],
  type: [3, string],
  value: [4, struct({ stringValue: [1, string], doubleValue: [2, double], booleanValue: [3, bool] })],
  arguments: [5, list(tSparkArgument)],
});
export const executeStatementRequest = struct({
  sessionHandle: [1, tSessionHandle],
  statement: [2, string],
  confOverlay: [3, map(string)],
  runAsync: [4, bool],
  getDirectResults: [1281, tSparkGetDirectResults],
  canReadArrowResult: [1282, bool],
  canDownloadResult: [1283, bool],
  useArrowNativeTypes: [1286, tSparkArrowTypes],
  resultRowLimit: [1287, i64],
  parameters: [1288, list(tSparkParameter)],
});

/** For GetColumns, whose fifth field differs from that of GetTables. */
export const columnsRequest = struct({
  sessionHandle: [1, tSessionHandle],
  catalogName: [2, string],
  schemaName: [3, string],
  tableName: [4, string],
  columnName: [5, string],
  getDirectResults: [1281, tSparkGetDirectResults],
  runAsync: [1282, bool],
});
export const metadataRequest = struct({
  sessionHandle: [1, tSessionHandle],
  catalogName: [2, string],
  schemaName: [3, string],
  tableName: [4, string],
  tableTypes: [5, list(string)],
  getDirectResults: [1281, tSparkGetDirectResults],
  runAsync: [1282, bool],
});
export const typeInfoRequest = struct({
  sessionHandle: [1, tSessionHandle],
  getDirectResults: [1281, tSparkGetDirectResults],
  runAsync: [1282, bool],
});
export const functionsRequest = struct({
  sessionHandle: [1, tSessionHandle],
  catalogName: [2, string],
  schemaName: [3, string],
  functionName: [4, string],
  getDirectResults: [1281, tSparkGetDirectResults],
  runAsync: [1282, bool],
});
/** For GetCrossReference: the keys from a foreign table to its parent. */
export const crossReferenceRequest = struct({
  sessionHandle: [1, tSessionHandle],
  parentCatalogName: [2, string],
  parentSchemaName: [3, string],
  parentTableName: [4, string],
  foreignCatalogName: [5, string],
  foreignSchemaName: [6, string],
  foreignTableName: [7, string],
  getDirectResults: [1281, tSparkGetDirectResults],
  runAsync: [1282, bool],
});
export const getOperationStatusResponse = struct({
  status: [1, tStatus],
  operationState: [2, i32],
  sqlState: [3, string],
  errorCode: [4, i32],
  errorMessage: [5, string],
  operationStarted: [7, i64],
  operationCompleted: [8, i64],
  hasResultSet: [9, bool],
  numModifiedRows: [11, i64],
  displayMessage: [1281, string],
  diagnosticInfo: [1282, string],
});

const tTypeQualifier = struct({ i32Value: [1, i32], stringValue: [2, string] });
const tPrimitiveTypeEntry = struct({
  type: [1, i32],
  typeQualifiers: [2, struct({ qualifiers: [1, map(tTypeQualifier)] })],
});
const tColumnDesc = struct({
  columnName: [1, string],
  typeDesc: [2, struct({ types: [1, list(struct({ primitiveEntry: [1, tPrimitiveTypeEntry] }))] })],
  position: [3, i32],
  comment: [4, string],
});
export const getResultSetMetadataResponse = struct({
  status: [1, tStatus],
  schema: [2, struct({ columns: [1, list(tColumnDesc)] })],
  resultFormat: [1281, i32],
  lz4Compressed: [1282, bool],
  arrowSchema: [1283, binary],
  isStagingOperation: [1287, bool],
});

export const fetchResultsRequest = struct({
  operationHandle: [1, tOperationHandle],
  orientation: [2, i32],
  maxRows: [3, i64],
  fetchType: [4, i16],
  maxBytes: [1281, i64],
  startRowOffset: [1282, i64],
  includeResultSetMetadata: [1283, bool],
});
/** A bit of `nulls` is set for a NULL, lowest bits first. */
const columnOf = <Value>(value: ThriftType<Value>) =>
  struct({ values: [1, list(value)], nulls: [2, binary] });
/** A union: a column has one of them. */
const tColumn = struct({
  boolVal: [1, columnOf(bool)],
  byteVal: [2, columnOf(byte)],
  i16Val: [3, columnOf(i16)],
  i32Val: [4, columnOf(i32)],
  i64Val: [5, columnOf(long)],
  doubleVal: [6, columnOf(double)],
  stringVal: [7, columnOf(string)],
  binaryVal: [8, columnOf(binary)],
});
const tRowSet = struct({
  startRowOffset: [1, i64],
  /** Required on the wire, but empty: the rows are in columns or Arrow batches. */
  rows: [2, list(struct({}))],
  columns: [3, list(tColumn)],
  arrowBatches: [1281, list(struct({ batch: [1, binary], rowCount: [2, i64] }))],
  resultLinks: [
    1282,
    list(
      struct({
        fileLink: [1, string],
        /** Epoch milliseconds. */
        expiryTime: [2, i64],
        startRowOffset: [3, i64],
        rowCount: [4, i64],
        bytesNum: [5, i64],
        httpHeaders: [6, map(string)],
      }),
    ),
  ],
});
export const fetchResultsResponse = struct({
  status: [1, tStatus],
  hasMoreRows: [2, bool],
  results: [3, tRowSet],
  resultSetMetadata: [1281, getResultSetMetadataResponse],
});

/** The response of ExecuteStatement and of everything else that starts an operation. */
export const operationResponse = struct({
  status: [1, tStatus],
  operationHandle: [2, tOperationHandle],
  directResults: [
    1281,
    struct({
      operationStatus: [1, getOperationStatusResponse],
      resultSetMetadata: [2, getResultSetMetadataResponse],
      resultSet: [3, fetchResultsResponse],
      closeOperation: [4, statusResponse],
    }),
  ],
});

export type Column = ValueOf<typeof tColumn>;
export type Status = ValueOf<typeof tStatus>;
export type SessionHandle = ValueOf<typeof tSessionHandle>;
export type OperationHandle = ValueOf<typeof tOperationHandle>;
export type ExecuteStatementRequest = ValueOf<typeof executeStatementRequest>;
export type MetadataRequest = ValueOf<typeof metadataRequest> &
  ValueOf<typeof columnsRequest> &
  ValueOf<typeof functionsRequest> &
  ValueOf<typeof crossReferenceRequest>;
export type OperationResponse = ValueOf<typeof operationResponse>;
export type ResultSetMetadata = ValueOf<typeof getResultSetMetadataResponse>;
export type FetchResultsResponse = ValueOf<typeof fetchResultsResponse>;
export type OperationStatus = ValueOf<typeof getOperationStatusResponse>;
