import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startProduct } from "./running-product.ts";

const mebibyte = 2 ** 20;
const readers = 28;
/** More at once would starve the local workspace on a busy machine, which has to encode the rows of all of them. */
const readersAtOnce = 7;
/** Without a budget each of them takes 8 MiB of the gateway. */
const growthBytesMax = 192 * mebibyte;
/** Each of 12 has 30 MB. What has been given back is not collected at once. */
const largeRowsGrowthBytesMax = 256 * mebibyte;
const sql = "SELECT id, repeat('x', 1000) FROM range(0, 16000)";

function rss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Runs queries whose replies are not read, and returns their statuses. */
function stall(
  origin: string,
  count: number,
  body: object,
): { readonly statuses: Promise<number[]>; readonly end: () => void } {
  const agent = new Agent({ maxSockets: count });
  const headers = { "content-type": "application/json", accept: "application/x-ndjson" };
  const sent = Array.from({ length: count }, () =>
    request(`${origin}/api/query`, { method: "POST", headers, agent }).on("error", () => undefined),
  );
  const answers = sent.map(async (each) => {
    each.end(JSON.stringify(body));
    const [reply] = (await once(each, "response")) as [IncomingMessage];
    return Number(reply.pause().statusCode);
  });
  return {
    statuses: Promise.all(answers),
    end: () => {
      for (const each of sent) each.destroy();
    },
  };
}

async function startedProduct() {
  const product = await startProduct();
  // What the first query loads is not what the others take.
  const { statuses, end } = stall(product.origin, 1, { sql: "SELECT 1" });
  expect(await statuses).toEqual([200]);
  end();
  return product;
}

it("28 readers of query results who do not read take no more of the gateway than its budget", async () => {
  await using product = await startedProduct();
  const gateway = product.pidOf("databricks-gateway");
  const idle = rss(gateway);
  const ends: (() => void)[] = [];
  while (ends.length < readers / readersAtOnce) {
    const { statuses, end } = stall(product.origin, readersAtOnce, { sql });
    ends.push(end);
    // The first ones take what makes them faster, so the last ones can find the caller's share used up.
    for (const status of await statuses) expect(status).toBeOneOf([200, 429]);
  }
  // Until nothing moves any more.
  for (
    let before = 0, now = rss(gateway);
    Math.abs(now - before) > mebibyte;
    before = now, now = rss(gateway)
  ) {
    await sleep(1_000);
  }
  const growth = rss(gateway) - idle;
  for (const end of ends) end();
  expect(growth).toBeLessThan(growthBytesMax);
});

it("many large rows that nobody reads take no more of the gateway than the memory that is set aside for them", async () => {
  await using product = await startedProduct();
  const gateway = product.pidOf("databricks-gateway");
  const idle = rss(gateway);
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, rss(gateway));
  }, 10);
  using _watching = { [Symbol.dispose]: () => clearInterval(watch) };
  // As many as fit are read, and the others are refused; on a busy machine, for lack of time.
  const large = { sql: "SELECT repeat('x', 30000000)", timeout_ms: 10_000 };
  const { statuses, end } = stall(product.origin, 12, large);
  for (const status of await statuses) expect(status).toBeOneOf([200, 429, 503, 504]);
  end();
  expect(most - idle).toBeLessThan(largeRowsGrowthBytesMax);
});
