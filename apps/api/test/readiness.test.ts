import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "./start-stack.ts";

const me = "/api/2.0/preview/scim/v2/Me";
let stack: Stack;
let isStopping = false;

beforeAll(async () => {
  const settings = { CALLER_SHARE_PERCENT: "100" };
  stack = await startStack({}, { callsMax: 5, settings, isStopping: () => isStopping });
});
afterAll(() => stack.close());
afterEach(() => stack.workspace.clearFaults());

const ready = () => stack.call("GET", "/ready");

/** A call that runs until its caller hangs up. */
function held(): AbortController {
  const caller = new AbortController();
  fetch(`${stack.url}/api/me`, { signal: caller.signal }).catch(() => undefined);
  return caller;
}

it("GET /ready returns 503 with the reason from when all calls are in use until a fifth of them is free", async () => {
  stack.workspace.addFault({ path: me, noReply: "silent" });
  const callers = Array.from({ length: 5 }, held);
  await expect.poll(async () => (await ready()).status).toBe(503);
  const full = await ready();
  expect([full.headers["retry-after"], full.json.error_code, full.json.error]).toEqual([
    "1",
    "TEMPORARILY_UNAVAILABLE",
    "Too many calls are in use: 5 of 5. Ready again at 4.",
  ]);
  expect((await stack.call("GET", "/health")).status).toBe(200);
  callers.pop()?.abort();
  await expect.poll(async () => (await ready()).status).toBe(200);
  for (const caller of callers) caller.abort();
});

it("GET /ready returns 503 while the front door stops, and everything else is served", async () => {
  isStopping = true;
  const { status, json } = await ready();
  expect([status, json.error]).toEqual([503, "The front door is stopping."]);
  expect((await stack.call("GET", "/api/catalogs")).status).toBe(200);
  isStopping = false;
  expect((await ready()).status).toBe(200);
});
