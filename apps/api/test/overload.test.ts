import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "./start-stack.ts";

const me = "/api/2.0/preview/scim/v2/Me";
const file = "/api/files?path=/Volumes/main/default/files/while-busy.txt";
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({}, { callsMax: 2, settings: { CALLER_SHARE_PERCENT: "100" } });
});
afterAll(() => stack.close());
afterEach(() => stack.workspace.clearFaults());

/** Without the gateway's own sign-in, which may come late on a busy machine. */
const reached = () =>
  stack.workspace
    .requests()
    .map(({ path }) => path)
    .filter((path) => path.startsWith("/api/"));

it("one call too many is refused before its sign-in with Retry-After, and everything else is served", async () => {
  stack.workspace.addFault({ path: me, delayMs: 1_000, times: 2 });
  stack.workspace.clearRequests();
  const running = [stack.call("GET", "/api/me"), stack.call("GET", "/api/me")];
  await expect.poll(reached).toEqual([me, me]);
  const refused = await stack.call("GET", "/api/catalogs", { headers: { authorization: "Basic nonsense" } });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
  expect(refused.json).toMatchObject({ error_code: "TEMPORARILY_UNAVAILABLE", status: 503, retryable: true });
  expect(reached()).toEqual([me, me]);
  expect(stack.log.api.at(-1)).toMatchObject({ op: "list_catalogs", error_code: "TEMPORARILY_UNAVAILABLE" });
  // Files have their own limit, and a route that does not ask Databricks has none.
  expect((await stack.call("PUT", file, { body: "x" })).status).toBe(201);
  expect((await stack.call("GET", "/health")).status).toBe(200);
  expect((await stack.call("GET", "/api/settings/uc-schema")).status).toBe(200);
  for (const { status } of await Promise.all(running)) expect(status).toBe(200);
  expect((await stack.call("GET", "/api/catalogs")).status).toBe(200);
});
