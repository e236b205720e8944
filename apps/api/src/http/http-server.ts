import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, OperationError, toErrorEnvelope } from "@front-door/operations";
import { replyOnSocket } from "@front-door/service-runtime";
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
  CONNECT: ["METHOD_NOT_ALLOWED", "Proxy CONNECT is not supported."],
  ERR_HTTP_REQUEST_TIMEOUT: ["REQUEST_TIMEOUT", "The request did not arrive in time."],
};

/** What Node's parser refuses never reaches Express. */
function refuse(socket: Socket, code: string | undefined, logger: Logger): void {
  const [errorCode, message] = refusals[code ?? ""] ?? ["BAD_REQUEST", "The request is not valid HTTP."];
  const requestId = randomUUID();
  const envelope = toErrorEnvelope(new OperationError(errorCode, message), requestId);
  logger.warn(
    { request_id: requestId, status: envelope.status, error_code: errorCode, parser: code },
    "request",
  );
  replyOnSocket(socket, envelope.status, envelope, {
    "X-Request-Id": requestId,
    "Cache-Control": "no-store",
  });
}
