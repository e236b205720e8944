import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => stack.close());
afterEach(() => stack.workspace.clearFaults());

const within = (ms: number | string) => ({ headers: { "x-request-timeout-ms": String(ms) } });
const file = `/api/files?path=${volume}/deadline.bin`;

describe("X-Request-Timeout-Ms", () => {
  it("ends a call that Databricks does not answer in time, at Databricks too", async () => {
    stack.workspace.addFault({ path: "/api/2.1/unity-catalog/catalogs", noReply: "silent" });
    const answer = await stack.call("GET", "/api/catalogs", within(300));
    expect(answer.json).toMatchObject({ status: 504, error_code: "DEADLINE_EXCEEDED", retryable: true });
    expect(stack.log.gateway.at(-1)).toMatchObject({ op: "list_catalogs", error_code: "DEADLINE_EXCEEDED" });
  });

  it("says of what must not run twice that it may have taken effect", async () => {
    await stack.call("PUT", file, { body: "x" });
    stack.workspace.addFault({ method: "DELETE", noReply: "silent" });
    const answer = await stack.call("DELETE", file, within(300));
    expect(answer.json).toMatchObject({
      status: 504,
      error_code: "DEADLINE_EXCEEDED",
      outcome: "unknown",
      retryable: false,
    });
  });

  it("breaks off a download that is not through in time", async () => {
    await stack.call("PUT", file, { body: Buffer.alloc(100_000) });
    stack.workspace.addFault({ method: "GET", path: "/api/2.0/fs/files/*", stallBodyAfterBytes: 50_000 });
    const reply = await request(`${stack.url}${file}`, within(500));
    expect(reply.statusCode).toBe(200);
    await expect(reply.body.bytes()).rejects.toThrow(/closed|terminated|aborted/);
  });

  it("bounds an upload whose sender is slow, and nothing is stored", async () => {
    const name = `/api/files?path=${volume}/late.bin`;
    const answer = await stack.call("PUT", name, { ...within(300), body: slowly() });
    expect(answer.json).toMatchObject({ status: 504, error_code: "DEADLINE_EXCEEDED" });
    expect((await stack.call("GET", name)).status).toBe(404);
  });

  it("longer than the operation's own limit has no effect", async () => {
    expect((await stack.call("GET", "/api/catalogs", within(3_600_000))).status).toBe(200);
  });

  it.each(["0", "-1", "1.5", "soon", "", "3600001", "99999999999999999999"])(
    "must be milliseconds, and not %j",
    async (ms) => {
      const answer = await stack.call("GET", "/api/catalogs", within(ms));
      expect(answer.json).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
      expect(answer.json.error).toContain("X-Request-Timeout-Ms must be a whole number of milliseconds");
    },
  );
});

async function* slowly() {
  yield Buffer.from("a");
  await delay(1_000);
  yield Buffer.from("b");
}
