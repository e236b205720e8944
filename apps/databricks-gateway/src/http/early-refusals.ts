import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ErrorEnvelope, OperationError, toErrorEnvelope } from "@front-door/operations";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A URL that Fastify's router cannot decode: it is refused before any hook, so there is no trace of it to log. */
export function refuseUrl(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const envelope = badRequest("The URL is not valid.");
  void reply.code(envelope.status).type("application/json; charset=utf-8").send(JSON.stringify(envelope));
}

/** What Node's parser refuses never reaches Fastify: the envelope is written by hand and the connection closed. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const envelope =
    error.code === "HPE_HEADER_OVERFLOW"
      ? toErrorEnvelope(
          new OperationError("REQUEST_HEADERS_TOO_LARGE", "The headers are too large."),
          randomUUID(),
        )
      : badRequest("The request is not valid HTTP.");
  refuseByHand(socket, envelope);
}

/** Writes a whole reply to a connection that no HTTP server has any more, and closes it. */
export function refuseByHand(socket: Duplex, envelope: ErrorEnvelope): void {
  const body = JSON.stringify(envelope);
  const head = [
    `HTTP/1.1 ${envelope.status} ${STATUS_CODES[envelope.status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ].join("\r\n");
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

function badRequest(message: string): ErrorEnvelope {
  return toErrorEnvelope(new OperationError("BAD_REQUEST", message), randomUUID());
}
