import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(async () => stack.close());

// An envelope with `retryable: true` never has an outcome too (packages/operations).
const again = { status: 503, error_code: "GATEWAY_UNAVAILABLE", retryable: true };
const unknown = { ...again, retryable: false, outcome: "unknown" };

const path = `/api/files?path=${volume}/killed.bin`;

async function isStored(): Promise<boolean> {
  const { status } = await stack.call("GET", path);
  return status === 200;
}

/** Kills the gateway as soon as the workspace has the PUT, and `isReady`. */
async function killDuringPut(isReady: () => Promise<boolean> = async () => true): Promise<void> {
  await expect.poll(() => stack.workspace.requests().some(({ method }) => method === "PUT")).toBe(true);
  await expect.poll(isReady).toBe(true);
  await stack.stopGateway();
}

async function* half() {
  yield Buffer.from("a");
  await killDuringPut();
  await new Promise(() => undefined);
}

// What docs/reliability.md promises: `retryable` where the file is surely not stored, or may be stored twice.
describe.each([true, false])(
  "an upload with overwrite=%s says what is true when its gateway is killed",
  (overwrite) => {
    const upload = (body: string | AsyncIterable<Buffer>, headers = {}) =>
      stack.call("PUT", `${path}&overwrite=${overwrite}`, { body, headers });

    it("before it was sent", async () => {
      await stack.stopGateway();
      expect((await upload("ab")).json).toMatchObject(again);
      await stack.startGateway();
      expect(await isStored()).toBe(false);
    });

    it.each([
      ["of unknown length", {}],
      ["with Content-Length", { "content-length": "2" }],
    ])("before its last byte, %s", async (_length, headers) => {
      expect((await upload(half(), headers)).json).toMatchObject(again);
      await stack.startGateway();
      expect(await isStored()).toBe(false);
    });

    it("after its last byte, before Databricks stored it", async () => {
      stack.workspace.addFault({ method: "PUT", noReply: "silent" });
      const uploaded = upload("ab");
      await killDuringPut();
      expect((await uploaded).json).toMatchObject(overwrite ? again : unknown);
      await stack.startGateway();
      expect(await isStored()).toBe(false);
    });

    it("after Databricks stored it", async () => {
      stack.workspace.addFault({ method: "PUT", noReply: "silent", afterRun: true });
      const uploaded = upload("ab");
      await killDuringPut(isStored);
      expect((await uploaded).json).toMatchObject(overwrite ? again : unknown);
      await stack.startGateway();
      expect(await isStored()).toBe(true);
    });
  },
);
