import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { gatewayHeader, OperationError } from "@front-door/operations";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StreamedReply } from "../operations/handler.ts";
import type { Deadline } from "./deadline.ts";
import { failureEnvelope, recordFailure } from "./request-trace.ts";

/** How long the caller may take to read the last line of a result that failed. */
const lastLineMs = 10_000;

/**
 * Throws HTTP_VERSION_NOT_SUPPORTED for a request whose reply cannot be streamed. HTTP/1.0 ends a body of unknown length by
 * closing the connection, so a body that broke off looks whole.
 */
export function requireHttp11({ httpVersion }: IncomingMessage): void {
  if (httpVersion === "1.1") return;
  throw new OperationError(
    "HTTP_VERSION_NOT_SUPPORTED",
    `This reply is streamed, which needs HTTP/1.1, got HTTP/${httpVersion}.`,
    { surelyNotRun: true },
  );
}

/**
 * Sends the pieces as fast as the slower side goes, and resolves when all of them are written. The deadline bounds each
 * pause of either side. After a failure in the middle, the format's own last line says so, or the connection breaks, so
 * that a part never looks whole.
 */
export async function sendStream(
  { trace, raw: request }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, pieces, openingPieces, endsWithFailure }: StreamedReply,
  deadline: Deadline,
): Promise<FastifyReply> {
  const { raw } = reply;
  const { signal } = deadline;
  const iterator = pieces[Symbol.asyncIterator]();
  const nextPiece = () => {
    deadline.waitFor("databricks");
    return iterator.next();
  };
  try {
    const opening: Uint8Array[] = [];
    let next = await nextPiece();
    for (; !next.done && opening.length + 1 < openingPieces; next = await nextPiece()) {
      opening.push(next.value);
    }
    if (headers["content-length"] === undefined) requireHttp11(request);
    // Written without Fastify, which would end the reply cleanly when the source breaks off.
    reply.hijack();
    raw.writeHead(status, { [gatewayHeader.requestId]: trace.requestId, ...headers });
    trace.bytes = 0;
    const send = async (piece: Uint8Array) => {
      trace.bytes = (trace.bytes ?? 0) + piece.length;
      if (raw.write(piece)) return;
      deadline.waitFor("caller");
      await once(raw, "drain", { signal });
    };
    for (const piece of opening) await send(piece);
    for (; !next.done; next = await nextPiece()) await send(next.value);
    deadline.waitFor("caller");
    const finished = once(raw, "finish", { signal });
    raw.end();
    await finished;
  } catch (thrown) {
    const error: unknown = signal.aborted ? signal.reason : thrown;
    if (!reply.sent) throw error;
    const failure = recordFailure(trace, error);
    deadline.cancel("The operation failed.");
    // A caller that is gone, or reads nothing, would not read one more line either.
    const canBeTold = failure.code !== "CANCELLED" && failure.code !== "REQUEST_TIMEOUT";
    if (endsWithFailure && canBeTold && raw.writable) {
      raw.setTimeout(lastLineMs, () => raw.destroy());
      raw.end(`${JSON.stringify(failureEnvelope(trace, failure))}\n`);
    } else {
      raw.destroy();
    }
  } finally {
    // Releases what is behind the pieces, a statement or a connection, also when the stream broke off.
    await iterator.return?.();
  }
  return reply;
}
