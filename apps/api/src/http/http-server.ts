import { randomUUID } from "node:crypto";
import { createServer, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, OperationError, toErrorEnvelope } from "@front-door/operations";
import type { Express } from "express";
import type { Logger } from "pino";
import {
  headersTimeoutMs as defaultHeadersTimeoutMs,
  headerBytesMax,
  keepAliveTimeoutMs,
} from "../settings/limits.ts";

/** An HTTP server whose time-outs suit files of any size; not yet listening. */
export function createHttpServer(
  app: Express,
  logger: Logger,
  headersTimeoutMs = defaultHeadersTimeoutMs,
): Server {
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersTimeoutMs,
    // A long upload is not a slow client; its pauses are bounded where its body is read.
    requestTimeout: 0,
    // Node's own refusal is not the error envelope; checkHost refuses it.
    requireHostHeader: false,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5_000, headersTimeoutMs),
  });
  server.on("request", app);
  // Node would answer `100 Continue` before the request was looked at.
  server.on("checkContinue", app);
  // RFC 9110 lets a server ignore an expectation that it does not know.
  server.on("checkExpectation", app);
  // Without a listener Node drops the connection without a word.
  server.on("connect", (_req, socket: Socket) => refuse(socket, "CONNECT", logger));
  const repliesBegun = trackReplies(server);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable || repliesBegun(socket)) {
      socket.destroy(error);
      return;
    }
    refuse(socket, error.code, logger);
  });
  return server;
}

/** Whether a connection is in the middle of a reply, into which nothing else may be written. */
function trackReplies(server: Server): (socket: Socket) => boolean {
  const latest = new WeakMap<Socket, { readonly headersSent: boolean; readonly writableFinished: boolean }>();
  for (const event of ["request", "checkContinue", "checkExpectation"]) {
    server.prependListener(event, (req: { socket: Socket }, res) => latest.set(req.socket, res));
  }
  return (socket) => {
    const reply = latest.get(socket);
    return reply !== undefined && reply.headersSent && !reply.writableFinished;
  };
}

const refusals: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ["REQUEST_HEADERS_TOO_LARGE", `The headers are larger than ${headerBytesMax} bytes.`],
  CONNECT: ["METHOD_NOT_ALLOWED", "This is no proxy: it takes no CONNECT."],
  ERR_HTTP_REQUEST_TIMEOUT: ["REQUEST_TIMEOUT", "The request did not arrive in time."],
};

/** What Node's parser refuses never reaches Express: the envelope is written by hand, and the connection closed. */
function refuse(socket: Socket, code: string | undefined, logger: Logger): void {
  const [errorCode, message] = refusals[code ?? ""] ?? ["BAD_REQUEST", "The request is not valid HTTP."];
  const requestId = randomUUID();
  const envelope = toErrorEnvelope(new OperationError(errorCode, message), requestId);
  const body = JSON.stringify(envelope);
  logger.warn(
    { request_id: requestId, status: envelope.status, error_code: errorCode, parser: code },
    "request",
  );
  const head = [
    `HTTP/1.1 ${envelope.status} ${STATUS_CODES[envelope.status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Cache-Control: no-store",
    "Connection: close",
  ].join("\r\n");
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}
