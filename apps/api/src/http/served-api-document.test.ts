import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import express from "express";
import { afterEach, expect, it } from "vitest";
import { servedApiDocument } from "./served-api-document.ts";

let made = 0;
let failures = 0;
const document = servedApiDocument(() => {
  if (failures-- > 0) throw new Error("not yet");
  made++;
  return { openapi: "3.1.0", info: { description: "x".repeat(5_000) } };
});

const app = express();
app.set("env", "test"); // Express prints no error then.
app.get("/json", (_req, res) => document.sendJson(res));
app.get("/yaml", (_req, res) => document.sendYaml(res));
const server = app.listen(0, "127.0.0.1");
afterEach(async () => promisify(server.close.bind(server))());

async function get(path: string, encoding: string) {
  const { port } = server.address() as AddressInfo;
  const headers = { "accept-encoding": encoding };
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return [reply.status, (await reply.text()).length];
}

it("the API document is made, written and compressed once for each encoding, however often it is asked for", async () => {
  failures = 1;
  expect((await get("/json", "gzip"))[0]).toBe(500);
  const asked = ["identity", "br", "gzip", "zstd"].flatMap((encoding) => [
    ["/json", encoding] as const,
    ["/yaml", encoding] as const,
  ]);
  for (let time = 0; time < 3; time++) {
    const replies = await Promise.all(
      [...asked, ...asked].map(async ([path, encoding]) => get(path, encoding)),
    );
    expect(new Set(replies.map(String)).size).toBe(2);
    expect(replies[0]?.[0]).toBe(200);
  }
  expect(made).toBe(asked.length);
});
