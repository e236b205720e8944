// A warehouse that has every result encoded already: statements `rows <n>` have so many rows of five columns. What is
// measured with it is the way of the rows and not an engine. Arguments: port, and the files of key and certificate.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { parseArgs } from "node:util";
import { ThriftReader } from "@front-door/local-workspace/thrift/binary-protocol";
import {
  type CallHead,
  readArguments,
  readCallHead,
  writeReply,
} from "@front-door/local-workspace/thrift/message";
import {
  executeStatementRequest,
  fetchResultsRequest,
  fetchResultsResponse,
  getOperationStatusResponse,
  getResultSetMetadataResponse,
  type OperationHandle,
  openSessionResponse,
  operationRequest,
  operationResponse,
  statusResponse,
} from "@front-door/local-workspace/thrift/tcli-structs";
import { type EncodedBatch, encodedBatch } from "./arrow-batches.ts";

const batchRows = 8_192;
const success = { statusCode: 0 };
const finished = { status: success, operationState: 2, hasResultSet: true };
const columns = [
  ["id", 4],
  ["customer", 7],
  ["amount", 15],
  ["price", 6],
  ["sold_at", 8],
] as const;

const batches = new Map<number, EncodedBatch>();
function batchOf(rows: number): EncodedBatch {
  const batch = batches.get(rows) ?? encodedBatch(rows);
  batches.set(rows, batch);
  return batch;
}

const metadata = {
  status: success,
  schema: {
    columns: columns.map(([columnName, type], index) => ({
      columnName,
      position: index + 1,
      comment: "",
      typeDesc: { types: [{ primitiveEntry: { type } }] },
    })),
  },
  resultFormat: 0,
  lz4Compressed: false,
  arrowSchema: batchOf(batchRows).schema,
  isStagingOperation: false,
};

/** Rows that are still to be fetched, by the operation's id. */
const rowsLeft = new Map<string, number>();

/** How many rows a fetch gets, and whether there are more behind them. */
function take(id: string, maxRows: number): { readonly rows: number; readonly hasMoreRows: boolean } {
  const left = rowsLeft.get(id) ?? 0;
  const rows = Math.min(left, maxRows);
  rowsLeft.set(id, left - rows);
  return { rows, hasMoreRows: left > rows };
}

function resultSet({ rows, hasMoreRows }: ReturnType<typeof take>) {
  const counts = Array.from({ length: Math.ceil(rows / batchRows) }, (_, index) =>
    Math.min(batchRows, rows - index * batchRows),
  );
  return {
    status: success,
    hasMoreRows,
    results: {
      startRowOffset: 0,
      rows: [],
      arrowBatches: counts.map((rowCount) => ({ batch: batchOf(rowCount).batch, rowCount })),
    },
  };
}

/** What follows the sequence id in the reply to a FetchResults, by how many rows it has and whether more follow. */
const encodedFetches = new Map<string, Buffer>();

/** In two pieces, so that the rows are not even copied: a warehouse is on a machine of its own. */
function fetchReply(head: CallHead, taken: ReturnType<typeof take>): readonly Buffer[] {
  const key = `${taken.rows} ${taken.hasMoreRows}`;
  const startBytes = 4 + 4 + Buffer.byteLength(head.method) + 4;
  const rest =
    encodedFetches.get(key) ?? writeReply(head, fetchResultsResponse, resultSet(taken)).subarray(startBytes);
  encodedFetches.set(key, rest);
  const start = writeReply(head, fetchResultsResponse, { status: success }).subarray(0, startBytes);
  return [start, rest];
}

function handleOf(id: string): OperationHandle {
  const guid = Buffer.from(id.replaceAll("-", ""), "hex");
  return { operationId: { guid, secret: guid }, operationType: 0, hasResultSet: true };
}

function idOf(handle: OperationHandle | undefined): string {
  return Buffer.from(handle?.operationId?.guid ?? []).toString("hex");
}

function answer(bytes: Buffer): Buffer | readonly Buffer[] {
  const input = new ThriftReader(bytes);
  const head = readCallHead(input);
  switch (head.method) {
    case "OpenSession": {
      const guid = Buffer.from(randomUUID().replaceAll("-", ""), "hex");
      const sessionHandle = { sessionId: { guid, secret: guid } };
      return writeReply(head, openSessionResponse, {
        status: success,
        serverProtocolVersion: 0xa508,
        sessionHandle,
        canUseMultipleCatalogs: true,
      });
    }
    case "ExecuteStatement": {
      const { statement = "", getDirectResults } = readArguments(input, executeStatementRequest);
      const id = randomUUID();
      const key = id.replaceAll("-", "");
      rowsLeft.set(key, Number(/rows (\d+)/.exec(statement)?.[1] ?? 1));
      const results = resultSet(take(key, getDirectResults?.maxRows ?? 0));
      return writeReply(head, operationResponse, {
        status: success,
        operationHandle: handleOf(id),
        directResults: {
          operationStatus: finished,
          resultSetMetadata: metadata,
          resultSet: results,
          ...(results.hasMoreRows ? {} : { closeOperation: { status: success } }),
        },
      });
    }
    case "FetchResults": {
      const { operationHandle, maxRows = 100_000 } = readArguments(input, fetchResultsRequest);
      return fetchReply(head, take(idOf(operationHandle), maxRows));
    }
    case "GetOperationStatus":
      return writeReply(head, getOperationStatusResponse, finished);
    case "GetResultSetMetadata":
      return writeReply(head, getResultSetMetadataResponse, metadata);
    case "CloseOperation":
    case "CancelOperation":
      rowsLeft.delete(idOf(readArguments(input, operationRequest).operationHandle));
      return writeReply(head, statusResponse, { status: success });
    default:
      return writeReply(head, statusResponse, { status: success });
  }
}

/** The same batches with nothing around them: how fast this process can send at all. */
async function sendRaw(res: ServerResponse, rows: number): Promise<void> {
  res.writeHead(200, { "content-type": "application/octet-stream" });
  for (let left = rows; left > 0; left -= batchRows) {
    if (!res.write(batchOf(Math.min(left, batchRows)).batch)) await once(res, "drain");
  }
  res.end();
}

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const raw = /^\/raw\/(\d+)$/.exec(req.url ?? "");
  if (raw !== null) return sendRaw(res, Number(raw[1]));
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  if (req.method === "POST" && req.url?.startsWith("/sql/1.0/warehouses/")) {
    const pieces = [answer(Buffer.concat(chunks))].flat();
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    res.writeHead(200, { "content-type": "application/x-thrift", "content-length": length });
    for (const piece of pieces) res.write(piece);
    res.end();
    return;
  }
  const reply = req.url === "/health" ? {} : { error_code: "NOT_FOUND", message: "There is nothing here." };
  res.writeHead(req.url === "/health" ? 200 : 404, { "content-type": "application/json" });
  res.end(JSON.stringify(reply));
}

const { values } = parseArgs({
  options: { port: { type: "string" }, key: { type: "string" }, cert: { type: "string" } },
});
const tls = { key: readFileSync(values.key ?? ""), cert: readFileSync(values.cert ?? "") };
createServer({ ...tls, keepAliveTimeout: 70_000 }, (req, res) => void serve(req, res)).listen(
  Number(values.port),
  "127.0.0.1",
);
