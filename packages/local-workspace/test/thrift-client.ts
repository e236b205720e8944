import { tableFromIPC } from "apache-arrow";
import { readReply, writeCall } from "../src/thrift/message.ts";
import {
  type ExecuteStatementRequest,
  executeStatementRequest,
  type FetchResultsResponse,
  fetchResultsRequest,
  fetchResultsResponse,
  getOperationStatusResponse,
  getResultSetMetadataResponse,
  type OperationHandle,
  openSessionRequest,
  openSessionResponse,
  operationRequest,
  operationResponse,
  type SessionHandle,
  sessionRequest,
  statusResponse,
} from "../src/thrift/tcli-structs.ts";
import type { ThriftType, ValueOf } from "../src/thrift/thrift-type.ts";
import { ALICE, type Answer, type UnderTest } from "./under-test.ts";

export const WAREHOUSE = "/sql/1.0/warehouses/a1b2c3d4e5f60718";

/** Calls the Thrift service as one caller. */
export class ThriftClient {
  readonly #call: UnderTest["call"];
  readonly token: string;
  readonly path: string;

  constructor(call: UnderTest["call"], token = ALICE, path = WAREHOUSE) {
    this.#call = call;
    this.token = token;
    this.path = path;
  }

  post(bytes: Buffer): Promise<Answer> {
    const headers = { "content-type": "application/x-thrift" };
    return this.#call("POST", this.path, { token: this.token, headers, body: bytes });
  }

  /** Throws unless the reply is HTTP 200. */
  async send<Request, Response>(
    method: string,
    request: ThriftType<Request>,
    response: ThriftType<Response>,
    value: Request,
  ): Promise<Response> {
    const { status, bytes } = await this.post(writeCall({ method, sequenceId: 7 }, request, value));
    if (status !== 200) throw new Error(`HTTP ${status} ${bytes.toString()}`);
    return readReply(bytes, response);
  }

  openSession(request: ValueOf<typeof openSessionRequest> = {}) {
    return this.send("OpenSession", openSessionRequest, openSessionResponse, request);
  }

  async session(request: ValueOf<typeof openSessionRequest> = {}): Promise<SessionHandle> {
    return (await this.openSession(request)).sessionHandle!;
  }

  closeSession(sessionHandle: SessionHandle) {
    return this.send("CloseSession", sessionRequest, statusResponse, { sessionHandle });
  }

  /** Asks as the driver does: asynchronously, for Arrow, with up to 100,000 rows in the reply. */
  execute(sessionHandle: SessionHandle, statement: string, more: ExecuteStatementRequest = {}) {
    return this.send("ExecuteStatement", executeStatementRequest, operationResponse, {
      sessionHandle,
      statement,
      runAsync: true,
      getDirectResults: { maxRows: 100_000 },
      canReadArrowResult: true,
      useArrowNativeTypes: { timestampAsArrow: true, decimalAsArrow: true, complexTypesAsArrow: true },
      ...more,
    });
  }

  status(operationHandle: OperationHandle) {
    return this.send("GetOperationStatus", operationRequest, getOperationStatusResponse, { operationHandle });
  }

  metadata(operationHandle: OperationHandle) {
    return this.send("GetResultSetMetadata", operationRequest, getResultSetMetadataResponse, {
      operationHandle,
    });
  }

  fetch(operationHandle: OperationHandle, maxRows: number, more: ValueOf<typeof fetchResultsRequest> = {}) {
    return this.send("FetchResults", fetchResultsRequest, fetchResultsResponse, {
      operationHandle,
      maxRows,
      orientation: 0,
      ...more,
    });
  }

  cancel(operationHandle: OperationHandle) {
    return this.send("CancelOperation", operationRequest, statusResponse, { operationHandle });
  }

  close(operationHandle: OperationHandle) {
    return this.send("CloseOperation", operationRequest, statusResponse, { operationHandle });
  }
}

/** The values of a part, row by row. */
export function rowsOf(arrowSchema: Uint8Array | undefined, part: FetchResultsResponse): unknown[][] {
  if (arrowSchema === undefined) return rowsInColumns(part);
  return (part.results?.arrowBatches ?? []).flatMap(({ batch }) => {
    const table = tableFromIPC([arrowSchema, batch!]);
    const vectors = table.schema.fields.map((_, at) => table.getChildAt(at)!);
    return Array.from({ length: table.numRows }, (_, row) =>
      vectors.map((vector) => vector.get(row) as unknown),
    );
  });
}

function rowsInColumns({ results }: FetchResultsResponse): unknown[][] {
  const columns = (results?.columns ?? []).map((column) => {
    const [{ values, nulls }] = Object.values(column) as [{ values: unknown[]; nulls: Uint8Array }];
    return values.map((value, row) => (((nulls[row >> 3] ?? 0) >> (row & 7)) & 1 ? null : value));
  });
  return (columns[0] ?? []).map((_, row) => columns.map((values) => values[row]));
}
