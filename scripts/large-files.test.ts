import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "./running-product.ts";

const mebibyte = 2 ** 20;
const fileBytes = 2 * 2 ** 30;
const growthBytesMax = 128 * mebibyte;
const path = encodeURIComponent("/Volumes/main/default/files/large.bin");

/** Different in every block, so that a block that is lost, doubled or moved changes the digest. */
function* blocks(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(mebibyte, "0123456789abcdef");
  for (let offset = 0; offset < bytes; offset += block.length) {
    block.writeBigUInt64LE(BigInt(offset));
    yield Buffer.from(block);
  }
}

function rss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Runs `transfer` and says by how much the resident memory of each process was above its idle size at the most. */
async function growthDuring(
  product: RunningProduct,
  transfer: () => Promise<void>,
): Promise<Record<string, number>> {
  const watched = (["api", "databricks-gateway"] as const).map((name) => {
    const pid = product.pidOf(name);
    return { name, pid, idle: rss(pid), peak: 0 };
  });
  const timer = setInterval(() => {
    for (const entry of watched) entry.peak = Math.max(entry.peak, rss(entry.pid));
  }, 20);
  try {
    await transfer();
  } finally {
    clearInterval(timer);
  }
  return Object.fromEntries(watched.map(({ name, idle, peak }) => [name, peak - idle]));
}

function expectFlat(growth: Record<string, number>): void {
  expect(Object.entries(growth).filter(([, bytes]) => bytes >= growthBytesMax)).toEqual([]);
}

describe("a file of 2 GiB", { timeout: 240_000 }, () => {
  let product: RunningProduct;
  let digest: string;
  beforeAll(async () => {
    product = await startProduct();
    // Idle, but warm: what the first request loads is not growth of a transfer.
    await fetch(`${product.origin}/api/files?path=${path}`, { method: "PUT", body: "warm" });
    await (await fetch(`${product.origin}/api/files?path=${path}`)).text();
  }, 60_000);
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
  });

  it("goes up through both processes at flat memory", async () => {
    const hash = createHash("sha256");
    const body = Readable.from(
      (function* hashed() {
        for (const block of blocks(fileBytes)) {
          hash.update(block);
          yield block;
        }
      })(),
    );
    const upload = request(`${product.origin}/api/files?path=${path}`, {
      method: "PUT",
      headers: { "content-length": fileBytes, "content-type": "text/html" },
    });
    const reply = new Promise<string>((resolve, reject) => {
      upload.on("error", reject).on("response", (response) => {
        response
          .setEncoding("utf8")
          .toArray()
          .then((parts) => resolve(parts.join("")), reject);
      });
    });
    expectFlat(await growthDuring(product, () => pipeline(body, upload)));
    expect(JSON.parse(await reply)).toMatchObject({ file_size: fileBytes });
    digest = hash.digest("hex");
  });

  it("comes down byte for byte at flat memory", async () => {
    const hash = createHash("sha256");
    const growth = await growthDuring(product, async () => {
      const response = await fetch(`${product.origin}/api/files?path=${path}`);
      expect(response.headers.get("content-length")).toBe(String(fileBytes));
      for await (const chunk of response.body ?? []) hash.update(chunk);
    });
    expect(hash.digest("hex")).toBe(digest);
    expectFlat(growth);
  });

  it("is held back by a reader that takes 5 MB/s, and let go when the reader hangs up", async () => {
    const download = request(`${product.origin}/api/files?path=${path}`).end();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      download.on("response", resolve).on("error", reject);
    });
    let bytes = 0;
    const growth = await growthDuring(product, async () => {
      const start = performance.now();
      while (performance.now() - start < 6_000) {
        const allowed = ((performance.now() - start) / 1000) * 5_000_000;
        for (let chunk: unknown; bytes < allowed && (chunk = response.read()) !== null; ) {
          bytes += (chunk as Buffer).length;
        }
        await sleep(20);
      }
    });
    response.destroy();
    // Some of the 30 MB: how many depends on the machine. Far from the 2 GiB that an unhindered sender would push.
    expect(bytes).toBeGreaterThan(mebibyte);
    expectFlat(growth);
  });

  it("is read from any byte on, and not at all when the caller has it", async () => {
    const url = `${product.origin}/api/files?path=${path}`;
    const offset = 2 ** 30 + 16 + 5;
    const part = await fetch(url, { headers: { range: `bytes=${offset}-${offset + 9}` } });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${offset}-${offset + 9}/${fileBytes}`);
    expect(await part.text()).toBe("56789abcde");
    const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag");
    expect(etag).not.toBeNull();
    const unchanged = await fetch(url, { headers: { "if-none-match": etag ?? "" } });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
  });
});
