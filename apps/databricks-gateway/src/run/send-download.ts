import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import type { Deadline } from "./deadline.ts";

/**
 * Passes `body` on as fast as the slower side goes, and resolves when all of it is written out. The deadline
 * bounds each pause of either side. Rejects, with the reply's connection
 * destroyed, when either side breaks off: a caller must never take a part for the whole.
 */
export async function sendBytes(
  body: Readable,
  reply: ServerResponse,
  deadline: Deadline,
  onProgress: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: unknown) => {
    body.destroy();
    reply.destroy();
    reject(error);
  };
  const onAbort = () => fail(deadline.signal.reason);
  if (deadline.signal.aborted) onAbort();
  deadline.signal.addEventListener("abort", onAbort, { once: true });
  body.on("data", (piece: Buffer) => {
    bytes += piece.length;
    onProgress(bytes);
    if (reply.write(piece)) {
      deadline.waitFor("databricks");
    } else {
      body.pause();
      deadline.waitFor("caller");
    }
  });
  reply.on("drain", () => {
    deadline.waitFor("databricks");
    body.resume();
  });
  body.once("end", () => {
    deadline.waitFor("caller");
    reply.end();
  });
  body.once("error", (cause) => {
    const error = new OperationError("UPSTREAM_UNREACHABLE", "Databricks cut the line.", { cause });
    fail(deadline.signal.aborted ? deadline.signal.reason : error);
  });
  reply.once("finish", resolve);
  reply.once("error", fail);
  try {
    await promise;
  } finally {
    deadline.signal.removeEventListener("abort", onAbort);
  }
}
