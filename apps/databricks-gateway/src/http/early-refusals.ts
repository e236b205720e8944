import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { OperationError, toErrorEnvelope } from "@front-door/operations";
import { replyOnSocket } from "@front-door/service-runtime";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A URL that Fastify's router cannot decode is refused before any hook, so there is no trace of it to log. */
export function refuseUrl(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const envelope = toErrorEnvelope(new OperationError("BAD_REQUEST", "The URL is not valid."), randomUUID());
  void reply.code(envelope.status).type("application/json; charset=utf-8").send(JSON.stringify(envelope));
}

/** What Node's parser refuses never reaches Fastify. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal =
    error.code === "HPE_HEADER_OVERFLOW"
      ? new OperationError("REQUEST_HEADERS_TOO_LARGE", "The headers are too large.")
      : new OperationError("BAD_REQUEST", "The request is not valid HTTP.");
  replyOnSocket(socket, refusal.status, toErrorEnvelope(refusal, randomUUID()));
}
