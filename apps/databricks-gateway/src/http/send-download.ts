import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import type { Deadline } from "./deadline.ts";

/**
 * Passes `body` on as fast as the slower side goes, and resolves when all of it is written out. The deadline
 * bounds each pause of either side. Rejects when either side breaks off: with the reply's connection destroyed, so that
 * a caller never takes a part for the whole, or before `begin`, which is called with the first piece, so that the
 * failure can still be the reply.
 */
export async function sendBytes(
  body: Readable,
  reply: ServerResponse,
  deadline: Deadline,
  begin: () => void,
  onProgress: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let begun = false;
  const beginOnce = () => {
    if (!begun) begin();
    begun = true;
  };
  const fail = (error: unknown) => {
    body.destroy();
    if (begun) reply.destroy();
    reject(error);
  };
  const onAbort = () => fail(deadline.signal.reason);
  if (deadline.signal.aborted) onAbort();
  deadline.signal.addEventListener("abort", onAbort, { once: true });
  body.on("data", (piece: Buffer) => {
    beginOnce();
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
    beginOnce();
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
