import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, OperationError, toErrorEnvelope } from "@front-door/operations";
import { repliesUnderWay, replyOnSocket, serveExpectations } from "@front-door/service-runtime";
import type { Express } from "express";
import type { Logger } from "pino";
import {
  headersTimeoutMs as defaultHeadersTimeoutMs,
  headerBytesMax,
  keepAliveTimeoutMs,
} from "../settings/limits.ts";

/** An HTTP server whose timeouts suit files of any size. It does not listen yet. */
export function createHttpServer(
  app: Express,
  logger: Logger,
  headersTimeoutMs = defaultHeadersTimeoutMs,
): Server {
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersTimeoutMs,
    // An upload may take long; its pauses are bounded where its body is read.
    requestTimeout: 0,
    // Node's own refusal is not the error envelope; checkHost sends ours.
    requireHostHeader: false,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5_000, headersTimeoutMs),
  });
  server.on("request", app);
  serveExpectations(server);
  // Without a listener, Node closes the connection without a reply.
  server.on("connect", (_req, socket: Socket) => refuse(socket, "CONNECT", logger));
  const isReplying = repliesUnderWay(server);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable || isReplying(socket)) {
      socket.destroy(error);
      return;
    }
    refuse(socket, error.code, logger);
  });
  return server;
}

const refusals: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ["REQUEST_HEADERS_TOO_LARGE", `The headers are larger than ${headerBytesMax} bytes.`],
  CONNECT: ["METHOD_NOT_ALLOWED", "Proxy CONNECT is not supported."],
  ERR_HTTP_REQUEST_TIMEOUT: ["REQUEST_TIMEOUT", "The request did not arrive in time."],
};

/** Replies to requests that Node's parser refuses, which never reach Express. */
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
