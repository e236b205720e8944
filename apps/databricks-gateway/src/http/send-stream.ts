import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { gatewayHeader, OperationError } from "@front-door/operations";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AuditLog } from "../audit/audit-log.ts";
import type { StreamedReply } from "../operations/handler.ts";
import type { Deadline } from "./deadline.ts";
import { failureEnvelope, recordFailure } from "./request-trace.ts";

/** How long the caller may take to read the last line of a result that failed. */
const lastLineMs = 10_000;
/** How much of the reply about a change waits for its end. Such a reply has hardly more than a count of rows. */
const wholeBytesMax = 64 * 1024;

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

interface Sending {
  readonly deadline: Deadline;
  readonly audit: AuditLog;
  /** What the caller is told of an error. */
  readonly toFailure: (error: unknown) => OperationError;
}

/**
 * Sends the pieces as fast as the slower side goes, and resolves when all of them are written. The deadline bounds each
 * pause of either side. After a failure in the middle, the format's own last line says so, or the connection breaks, so
 * that a part never looks whole. A small reply about a change is sent in one piece once it is audited: until then, any
 * failure can be told as such. (Not of events, which cannot wait.)
 */
export async function sendStream(
  { trace, raw: request }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, pieces, openingPieces, endsWithFailure, isEvents }: StreamedReply,
  { deadline, audit, toFailure }: Sending,
): Promise<FastifyReply> {
  const { raw } = reply;
  const { signal } = deadline;
  const iterator = pieces[Symbol.asyncIterator]();
  const nextPiece = () => {
    deadline.waitFor("databricks");
    return iterator.next();
  };
  try {
    const bytesMax = trace.phase === "begun" && !isEvents ? wholeBytesMax : 0;
    const { opening, following } = await readOpening(nextPiece, openingPieces, bytesMax);
    let next = following;
    if (headers["content-length"] === undefined) requireHttp11(request);
    const whole = next.done ? Buffer.concat(opening.splice(0)) : undefined;
    trace.bytes = whole?.length ?? 0;
    if (whole !== undefined) await audit.settle(trace, status);
    // Written without Fastify, which would end the reply cleanly when the source breaks off.
    reply.hijack();
    raw.writeHead(status, { [gatewayHeader.requestId]: trace.requestId, ...headers });
    const send = async (piece: Uint8Array) => {
      trace.bytes = (trace.bytes ?? 0) + piece.length;
      if (raw.write(piece)) return;
      deadline.waitFor("caller");
      await once(raw, "drain", { signal });
    };
    for (const piece of opening) await send(piece);
    for (; !next.done; next = await nextPiece()) await send(next.value);
    await audit.settle(trace, status);
    deadline.waitFor("caller");
    const finished = once(raw, "finish", { signal });
    raw.end(whole);
    await finished;
  } catch (thrown) {
    const saysOutcome = thrown instanceof OperationError && thrown.outcome !== undefined;
    const error: unknown = signal.aborted && !saysOutcome ? signal.reason : thrown;
    if (!reply.sent) throw error;
    const failure = recordFailure(trace, toFailure(error));
    deadline.cancel("The operation failed.");
    await audit.settle(trace, failure.status);
    // A caller that is gone, or reads nothing, would not read one more line either.
    const canBeTold = failure.code !== "CANCELLED" && failure.code !== "REQUEST_TIMEOUT";
    if (endsWithFailure && canBeTold && raw.writable) {
      raw.setTimeout(lastLineMs, () => raw.destroy());
      const envelope = JSON.stringify(failureEnvelope(trace, failure));
      raw.end(isEvents ? `data: ${envelope}\n\n` : `${envelope}\n`);
    } else {
      raw.destroy();
    }
  } finally {
    // Releases what is behind the pieces, a statement or a connection, also when the stream broke off.
    await iterator.return?.();
  }
  return reply;
}

/** Reads `piecesMin` pieces, and more as long as all of them have at most `bytesMax` bytes. `following` comes after them. */
async function readOpening(
  nextPiece: () => Promise<IteratorResult<Uint8Array, void>>,
  piecesMin: number,
  bytesMax: number,
) {
  const opening: Uint8Array[] = [];
  let bytes = 0;
  let following = await nextPiece();
  for (; !following.done; following = await nextPiece()) {
    // The last of them is the one that follows: it was awaited too.
    const isEnough = opening.length + 1 >= piecesMin;
    if (isEnough && bytes + following.value.length > bytesMax) break;
    opening.push(following.value);
    bytes += following.value.length;
  }
  return { opening, following };
}
