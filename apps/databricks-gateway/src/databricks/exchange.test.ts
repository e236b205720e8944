import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { afterEach, expect, test } from "vitest";
import { exchange, type Progress } from "./exchange.ts";

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

/** One exchange with a server that answers so. */
async function answered(answer: (reply: ServerResponse) => void, signal?: AbortSignal) {
  const server = createServer((_request, reply) => answer(reply));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { pipelining: 1 });
  ending.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => pool.destroy(),
  );
  const progress: Progress = { isSent: false, hasReply: false };
  const options = { progress, bytesMax: () => 10, ...(signal === undefined ? {} : { signal }) };
  const outcome = await exchange(pool, { method: "GET", path: "/" }, options).then(
    ({ status, body, isWhole }) => ({ status, text: body.toString(), isWhole }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, ...progress };
}

test("an interim reply is ignored", async () => {
  const outcome = await answered((reply) => {
    reply.writeEarlyHints({ link: "</a>; rel=preload" });
    reply.end("whole");
  });
  expect(outcome).toEqual({ status: 200, text: "whole", isWhole: true, isSent: true, hasReply: true });
});

test("a connection that breaks after an interim reply has brought no reply", async () => {
  const outcome = await answered((reply) => {
    reply.writeEarlyHints({ link: "</a>; rel=preload" }, () => reply.socket?.destroy());
  });
  expect(outcome).toMatchObject({ error: { code: "UND_ERR_SOCKET" }, isSent: true, hasReply: false });
});

test("a body that is too large is cut", async () => {
  const outcome = await answered((reply) => reply.end("0123456789abc"));
  expect(outcome).toMatchObject({ status: 200, text: "0123456789", isWhole: false });
});

test.each([200, 503])("a body that breaks off fails a success only: %i", async (status) => {
  const outcome = await answered((reply) => {
    reply.writeHead(status, { "content-length": 9 });
    reply.write("abc", () => setImmediate(() => reply.socket?.destroy()));
  });
  if (status === 200) expect(outcome).toMatchObject({ error: expect.any(Error), hasReply: true });
  else expect(outcome).toMatchObject({ status, hasReply: true });
});

test("an error whose body does not end is told by its status after a second", async () => {
  const outcome = await answered((reply) => {
    reply.writeHead(502, { "content-length": 9 });
    reply.write("abc");
  });
  expect(outcome).toMatchObject({ status: 502, text: "abc" });
});

test("an abort ends an exchange with the signal's reason, and nothing is sent after it", async () => {
  const reason = new Error("nobody waits");
  const caller = new AbortController();
  expect(await answered(() => caller.abort(reason), caller.signal)).toEqual({
    error: reason,
    isSent: true,
    hasReply: false,
  });
  expect(await answered(() => undefined, caller.signal)).toMatchObject({ error: reason, isSent: false });
});
