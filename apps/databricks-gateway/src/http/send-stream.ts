import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { gatewayHeader, type OperationError, toErrorEnvelope } from "@front-door/operations";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ResultStream } from "../operations/handler.ts";
import type { Deadline } from "./deadline.ts";
import { recordFailure } from "./request-trace.ts";

/** How long the caller may take nothing of what is left when a result has failed. */
const lastLineMs = 10_000;

/**
 * Writes the pieces of a result as fast as the caller takes them; the next is made when the one before is on its way.
 * The deadline bounds each pause of either side. A failure is a last line where the format has one for it, and a broken
 * connection elsewhere: a part never looks whole.
 */
export async function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, pieces, endsWithFailure }: ResultStream,
  deadline: Deadline,
): Promise<FastifyReply> {
  const opening = await openingOf(pieces);
  // Written without Fastify, which would end the reply cleanly when the source breaks off.
  reply.hijack();
  const { trace } = request;
  const { raw } = reply;
  trace.bytes = 0;
  try {
    raw.writeHead(200, { [gatewayHeader.requestId]: trace.requestId, "content-type": contentType });
    for await (const piece of resumed(opening, pieces)) {
      trace.bytes += piece.length;
      if (!raw.write(piece)) {
        deadline.waitFor("caller");
        await once(raw, "drain", { signal: deadline.signal });
      }
      deadline.waitFor("databricks");
    }
    await ended(raw, deadline);
  } catch (error) {
    const failure = recordFailure(trace, deadline.signal.aborted ? deadline.signal.reason : error);
    deadline.abandon();
    if (endsWithFailure && !isOfCaller(failure) && raw.writable) {
      raw.setTimeout(lastLineMs, () => raw.destroy());
      raw.end(`${JSON.stringify(toErrorEnvelope(publicFailure(failure), trace.requestId))}\n`);
    } else {
      raw.destroy();
    }
  } finally {
    // Also when it broke off among the opening pieces: the statement behind them is let go here.
    await pieces.return();
  }
  return reply;
}

/** The columns and the first rows. What fails until these are made is an ordinary error reply. */
async function openingOf(pieces: ResultStream["pieces"]): Promise<Uint8Array[]> {
  const opening: Uint8Array[] = [];
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    opening.push(next.value);
    if (opening.length === 2) break;
  }
  return opening;
}

async function* resumed(
  opening: readonly Uint8Array[],
  rest: ResultStream["pieces"],
): ResultStream["pieces"] {
  yield* opening;
  yield* rest;
}

async function ended(raw: ServerResponse, deadline: Deadline): Promise<void> {
  deadline.waitFor("caller");
  const finished = once(raw, "finish", { signal: deadline.signal });
  raw.end();
  await finished;
}

/** The caller is gone, or takes nothing: a line more would wait for it for ever, and its connection too. */
function isOfCaller({ code }: OperationError): boolean {
  return code === "CANCELLED" || code === "REQUEST_TIMEOUT";
}

/** A defect says nothing of itself. */
function publicFailure(failure: OperationError): OperationError | undefined {
  return failure.code === "INTERNAL_ERROR" ? undefined : failure;
}
