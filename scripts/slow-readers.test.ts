import { readFileSync } from "node:fs";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startProduct } from "./running-product.ts";

const mebibyte = 2 ** 20;
const readers = 40;
/** Without a budget each of them takes 8 MiB of the gateway. */
const growthBytesMax = 192 * mebibyte;
const sql = "SELECT id, repeat('x', 1000) FROM range(0, 100000)";

function rss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

it("40 readers of query results who do not read take no more of the gateway than its budget", async () => {
  await using product = await startProduct();
  const gateway = product.pidOf("databricks-gateway");
  const query = { method: "POST", headers: { "content-type": "application/json" } };
  // What the first query loads is not theirs.
  const first = await fetch(`${product.origin}/api/query`, {
    ...query,
    body: JSON.stringify({ sql: "SELECT 1" }),
  });
  expect(first.status).toBe(200);
  const idle = rss(gateway);
  const agent = new Agent({ maxSockets: readers });
  const sent: ClientRequest[] = [];
  const statuses = await Promise.all(
    Array.from({ length: readers }, () => {
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      const headers = { ...query.headers, accept: "application/x-ndjson" };
      const each = request(`${product.origin}/api/query`, { method: "POST", headers, agent });
      each.on("error", () => resolve(undefined));
      each.on("response", (reply: IncomingMessage) => resolve(reply.pause().statusCode));
      each.end(JSON.stringify({ sql }));
      sent.push(each);
      return promise;
    }),
  );
  expect(statuses).toEqual(Array.from({ length: readers }, () => 200));
  // Until nothing moves any more.
  for (
    let before = 0, now = rss(gateway);
    Math.abs(now - before) > mebibyte;
    before = now, now = rss(gateway)
  ) {
    await sleep(1_000);
  }
  const growth = rss(gateway) - idle;
  for (const each of sent) each.destroy();
  expect(growth).toBeLessThan(growthBytesMax);
});
