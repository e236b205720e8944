import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, startWorkspace, tokenOf } from "./gateway-under-test.ts";

const path = "/Volumes/main/default/files/of-readiness";
let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  workspace = await startWorkspace();
  // Room for sixteen files.
  const settings = { DATABRICKS_TOKEN: tokenOf.alice, STREAM_BYTES_MAX: String(4 * 1024 * 1024) };
  gateway = await startGateway(workspace.url, { ...settings, CALLER_SHARE_PERCENT: "100" });
  await gateway.upload({ path }, "content");
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});

const ready = async () => {
  const reply = await fetch(`${gateway.url}/ready`);
  const { error } = (await reply.json()) as { error?: string };
  return [reply.status, error];
};

test("GET /ready returns 503 with the reason while the memory for streams is in use, and 200 when a fifth of it is free", async () => {
  workspace.addFault({ method: "GET", path: "/api/2.0/fs/files/*", noReply: "silent" });
  const callers = Array.from({ length: 16 }, () => new AbortController());
  for (const { signal } of callers)
    void gateway.run("read_file", { path }, { signal }).catch(() => undefined);
  await expect
    .poll(ready)
    .toEqual([
      503,
      "Too many bytes of STREAM_BYTES_MAX are in use: 4194304 of 4194304. Ready again at 3355443.",
    ]);
  for (const caller of callers.slice(0, 6)) caller.abort();
  await expect.poll(ready).toEqual([200, undefined]);
  for (const caller of callers) caller.abort();
});

test("GET /ready returns 503 once the gateway stops", async () => {
  gateway.app.readiness.stop();
  expect(await ready()).toEqual([503, "The gateway is stopping."]);
});
