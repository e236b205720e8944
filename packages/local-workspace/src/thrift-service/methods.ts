import {
  columnsRequest,
  crossReferenceRequest,
  executeStatementRequest,
  fetchResultsRequest,
  fetchResultsResponse,
  functionsRequest,
  getInfoRequest,
  getInfoResponse,
  getOperationStatusResponse,
  getResultSetMetadataResponse,
  type MetadataRequest,
  metadataRequest,
  openSessionRequest,
  openSessionResponse,
  operationRequest,
  operationResponse,
  sessionRequest,
  statusResponse,
  typeInfoRequest,
} from "../thrift/tcli-structs.ts";
import type { ThriftType } from "../thrift/thrift-type.ts";
import { operationId, sessionHandle, sessionId } from "./handles.ts";
import { metadataStatements } from "./metadata-statements.ts";
import { type Context, type Method, method } from "./method.ts";
import { fetchResults, operationStatus, settledWithin, startedOperation } from "./operation-methods.ts";
import { parametersOf } from "./parameters.ts";
import { queryTags } from "./query-tags.ts";
import { resultSetMetadata } from "./result-description.ts";
import { resultForm, splitSettings } from "./result-form.ts";
import { RefusedError, SUCCESS } from "./status.ts";

/** SPARK_CLI_SERVICE_PROTOCOL_V8, even if the client offers a newer version. */
const PROTOCOL_VERSION = 0xa508;

const openSession = method(
  openSessionRequest,
  openSessionResponse,
  async ({ sessions, caller }, request) => {
    const { catalogName, schemaName } = request.initialNamespace ?? {};
    const { engine, timestampAsString } = splitSettings(request.configuration);
    const session = await sessions.start(caller, {
      // An empty name counts as absent: the JDBC driver sends one.
      ...(catalogName ? { catalog: catalogName } : {}),
      ...(schemaName ? { schema: schemaName } : {}),
      configuration: engine,
      timestampAsString: timestampAsString ?? false,
    });
    const { catalog, schema } = session.engine;
    return {
      status: SUCCESS,
      serverProtocolVersion: PROTOCOL_VERSION,
      sessionHandle: sessionHandle(session),
      initialNamespace: { catalogName: catalog, schemaName: schema },
      canUseMultipleCatalogs: true,
    };
  },
  // Old JDBC drivers cannot read a refusal without it.
  { serverProtocolVersion: PROTOCOL_VERSION },
);

const closeSession = method(sessionRequest, statusResponse, async ({ sessions, caller }, request) => {
  await sessions.end(sessions.find(caller, sessionId(request.sessionHandle)));
  return { status: SUCCESS };
});

const INFO: Record<number, string> = { 13: "Spark SQL", 17: "Spark SQL", 18: "4.0.0" };

const getInfo = method(getInfoRequest, getInfoResponse, ({ sessions, caller }, request) => {
  sessions.find(caller, sessionId(request.sessionHandle));
  const stringValue = INFO[request.infoType ?? -1];
  if (stringValue === undefined) {
    throw new RefusedError(`Unrecognized GetInfoType value: ${request.infoType}`, "HY096");
  }
  return { status: SUCCESS, infoValue: { stringValue } };
});

const EXECUTE_STATEMENT = 0;

const executeStatement = method(executeStatementRequest, operationResponse, async (context, request) => {
  const { sessions, caller, limits } = context;
  const session = sessions.find(caller, sessionId(request.sessionHandle));
  const { inColumns, canDownload, ...form } = resultForm(request, session.timestampAsString);
  const statement = {
    sql: request.statement ?? "",
    parameters: parametersOf(request),
    ...form,
    rowLimit: request.resultRowLimit,
  };
  const operation = sessions.run(session, EXECUTE_STATEMENT, statement, {
    inColumns,
    canDownload,
    tags: queryTags(request.confOverlay),
  });
  return startedOperation(context, operation, {
    runAsync: request.runAsync ?? false,
    directRows: request.getDirectResults?.maxRows,
    directBytes: request.getDirectResults?.maxBytes,
    waitMs: limits.directResultsWaitMs,
  });
});

/** Waits for the end of a running statement: the Python connector asks again without a pause. */
const getOperationStatus = method(operationRequest, getOperationStatusResponse, async (context, request) => {
  const { statement } = operationOf(context, request);
  await settledWithin(statement, context.limits.statusWaitMs);
  return operationStatus(statement);
});

const getResultSetMetadata = method(
  operationRequest,
  getResultSetMetadataResponse,
  async (context, request) => {
    const operation = operationOf(context, request);
    await operation.statement.settled;
    return resultSetMetadata(operation, context.limits.lz4);
  },
);

const fetch = method(fetchResultsRequest, fetchResultsResponse, async (context, request) => {
  const operation = operationOf(context, request);
  const { maxRows: rows, maxBytes: bytes, orientation, startRowOffset, includeResultSetMetadata } = request;
  if ((request.fetchType ?? 0) !== 0) throw new RefusedError("There is no log of an operation.", "HY106");
  const results = await fetchResults(context, operation, { rows, bytes, orientation, startRowOffset });
  if (includeResultSetMetadata !== true) return results;
  return { ...results, resultSetMetadata: await resultSetMetadata(operation, context.limits.lz4) };
});

const cancelOperation = method(operationRequest, statusResponse, async (context, request) => {
  await operationOf(context, request).statement.cancel();
  return { status: SUCCESS };
});

const closeOperation = method(operationRequest, statusResponse, async (context, request) => {
  await context.sessions.endOperation(operationOf(context, request));
  return { status: SUCCESS };
});

function operationOf({ sessions, caller }: Context, request: Parameters<typeof operationRequest.write>[1]) {
  return sessions.findOperation(caller, operationId(request.operationHandle));
}

/** Runs a metadata call as a statement that the service writes itself. Its rows never come as Arrow: JDBC drivers read columns. */
function listing(
  name: keyof typeof metadataStatements,
  operationType: number,
  requestType: ThriftType<MetadataRequest> = metadataRequest,
) {
  return method(requestType, operationResponse, async (context, request) => {
    const { sessions, caller, limits } = context;
    const session = sessions.find(caller, sessionId(request.sessionHandle));
    const operation = sessions.run(session, operationType, metadataStatements[name](request), {
      inColumns: true,
    });
    return startedOperation(context, operation, {
      runAsync: request.runAsync ?? false,
      directRows: request.getDirectResults?.maxRows,
      directBytes: request.getDirectResults?.maxBytes,
      waitMs: limits.directResultsWaitMs,
    });
  });
}

/** Keys have no TOperationType of their own. */
const UNKNOWN_TYPE = 8;

/** The service's methods, by their names on the wire. */
export const methods: Record<string, Method> = {
  OpenSession: openSession,
  CloseSession: closeSession,
  GetInfo: getInfo,
  ExecuteStatement: executeStatement,
  GetCatalogs: listing("GetCatalogs", 2),
  GetSchemas: listing("GetSchemas", 3),
  GetTables: listing("GetTables", 4),
  GetTableTypes: listing("GetTableTypes", 5),
  GetTypeInfo: listing("GetTypeInfo", 1, typeInfoRequest),
  GetColumns: listing("GetColumns", 6, columnsRequest),
  GetFunctions: listing("GetFunctions", 7, functionsRequest),
  GetPrimaryKeys: listing("GetPrimaryKeys", UNKNOWN_TYPE),
  GetCrossReference: listing("GetCrossReference", UNKNOWN_TYPE, crossReferenceRequest),
  GetOperationStatus: getOperationStatus,
  GetResultSetMetadata: getResultSetMetadata,
  FetchResults: fetch,
  CancelOperation: cancelOperation,
  CloseOperation: closeOperation,
};
