import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { gatewayHeader, type OperationError, toErrorEnvelope } from "@front-door/operations";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Deadline } from "./deadline.ts";
import { recordFailure } from "./request-trace.ts";

/** A reply whose body is sent while it is still being made or read. */
export interface StreamedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked for as fast as the caller takes them, and ended by `return` when left early. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** So many pieces are awaited before the head is sent: what fails until then is an ordinary error reply. */
  readonly openingPieces: number;
  /** Whether a failure in the middle can be told by a last line, the error envelope. */
  readonly endsWithFailure: boolean;
}

/** How long the caller may take nothing of the last line of a result that failed. */
const lastLineMs = 10_000;

/**
 * Sends the pieces as fast as the slower side goes, and resolves when all is written out. The deadline bounds each pause of
 * either side. A failure in the middle is a last line where the format has one for it, and a broken connection elsewhere,
 * so that a part never looks whole.
 */
export async function sendStream(
  { trace }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, pieces, openingPieces, endsWithFailure }: StreamedReply,
  deadline: Deadline,
): Promise<FastifyReply> {
  const { raw } = reply;
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    const opening: Uint8Array[] = [];
    let next = await nextPiece(iterator, deadline);
    for (; !next.done && opening.length + 1 < openingPieces; next = await nextPiece(iterator, deadline)) {
      opening.push(next.value);
    }
    // Written without Fastify, which would end the reply cleanly when the source breaks off.
    reply.hijack();
    raw.writeHead(status, { [gatewayHeader.requestId]: trace.requestId, ...headers });
    trace.bytes = 0;
    const send = async (piece: Uint8Array) => {
      trace.bytes = (trace.bytes ?? 0) + piece.length;
      if (raw.write(piece)) return;
      deadline.waitFor("caller");
      await once(raw, "drain", { signal: deadline.signal });
    };
    for (const piece of opening) await send(piece);
    for (; !next.done; next = await nextPiece(iterator, deadline)) await send(next.value);
    await ended(raw, deadline);
  } catch (error) {
    if (!reply.sent) throw deadline.signal.aborted ? deadline.signal.reason : error;
    const failure = recordFailure(trace, deadline.signal.aborted ? deadline.signal.reason : error);
    deadline.abandon();
    if (endsWithFailure && !isOfCaller(failure) && raw.writable) {
      raw.setTimeout(lastLineMs, () => raw.destroy());
      raw.end(`${JSON.stringify(toErrorEnvelope(publicFailure(failure), trace.requestId))}\n`);
    } else {
      raw.destroy();
    }
  } finally {
    // Also when it broke off: what is behind the pieces, a statement or a connection, is let go here.
    await iterator.return?.();
  }
  return reply;
}

function nextPiece(
  iterator: AsyncIterator<Uint8Array>,
  deadline: Deadline,
): Promise<IteratorResult<Uint8Array>> {
  deadline.waitFor("databricks");
  return iterator.next();
}

async function ended(raw: ServerResponse, deadline: Deadline): Promise<void> {
  deadline.waitFor("caller");
  const finished = once(raw, "finish", { signal: deadline.signal });
  raw.end();
  await finished;
}

/** The caller is gone, or takes nothing: one more line would wait for it for ever, and its connection too. */
function isOfCaller({ code }: OperationError): boolean {
  return code === "CANCELLED" || code === "REQUEST_TIMEOUT";
}

/** A defect says nothing of itself. */
function publicFailure(failure: OperationError): OperationError | undefined {
  return failure.code === "INTERNAL_ERROR" ? undefined : failure;
}
