import { createHash } from "node:crypto";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProcesses } from "./start-product.ts";

const mebibyte = 2 ** 20;
/** What each process may grow by. Garbage that waits to be collected takes some of it. */
const growthBytesMax = 128 * mebibyte;
/** A process that held the file would grow by a quarter more than it may. A larger file would show no more. */
const fileBytes = 160 * mebibyte;
/** More than 32 bits can say. */
const hugeBytes = 5 * 2 ** 30;
const path = encodeURIComponent("/Volumes/main/default/files/large.bin");

/** Each block is different, so that one that is lost, doubled or moved changes the digest. */
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

interface Watched {
  readonly name: string;
  readonly pid: number;
  /** Before the first transfer, whose garbage the process keeps as free memory for the next one. */
  readonly idle: number;
}

/** Runs `transfer` and returns how far the resident memory of each process rose above its idle size. */
async function growthDuring(
  processes: readonly Watched[],
  transfer: () => Promise<void>,
): Promise<Record<string, number>> {
  const watched = processes.map((each) => ({ ...each, peak: 0 }));
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

describe("a large file", () => {
  let folder: string;
  let workspace: LocalWorkspace;
  let product: RunningProduct;
  let processes: readonly Watched[];
  let digest: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "large-files-"));
    workspace = await startLocalWorkspace({ dir: folder, tls: true });
    product = await startProcesses({
      env: {
        DATABRICKS_HOST: workspace.url,
        DATABRICKS_TOKEN: "local-token-alice",
        NODE_EXTRA_CA_CERTS: String(workspace.caFile),
      },
    });
    // What the first request loads is not the growth of a transfer.
    await fetch(`${product.origin}/api/files?path=${path}`, { method: "PUT", body: "warm" });
    await (await fetch(`${product.origin}/api/files?path=${path}`)).text();
    processes = (["api", "databricks-gateway"] as const).map((name) => {
      const pid = product.pidOf(name);
      return { name, pid, idle: rss(pid) };
    });
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await workspace.close();
    rmSync(folder, { recursive: true });
  });

  it("is uploaded through both processes at flat memory", async () => {
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
    expectFlat(await growthDuring(processes, () => pipeline(body, upload)));
    expect(JSON.parse(await reply)).toMatchObject({ file_size: fileBytes });
    digest = hash.digest("hex");
  });

  it("is downloaded byte for byte at flat memory", async () => {
    const hash = createHash("sha256");
    const growth = await growthDuring(processes, async () => {
      const response = await fetch(`${product.origin}/api/files?path=${path}`);
      expect(response.headers.get("content-length")).toBe(String(fileBytes));
      for await (const chunk of response.body ?? []) hash.update(chunk);
    });
    expect(hash.digest("hex")).toBe(digest);
    expectFlat(growth);
  });

  it("is read from a byte in the middle", async () => {
    const offset = 150 * mebibyte + 16 + 5;
    const headers = { range: `bytes=${offset}-${offset + 9}` };
    const part = await fetch(`${product.origin}/api/files?path=${path}`, { headers });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${offset}-${offset + 9}/${fileBytes}`);
    expect(await part.text()).toBe("56789abcde");
  });

  describe("of 5 GiB", () => {
    beforeAll(() => {
      // Made larger where the local workspace keeps it: the bytes that come on are a hole, which takes no space.
      const [file] = globSync("volumes/**/large.bin", { cwd: folder });
      truncateSync(join(folder, String(file)), hugeBytes);
    });

    it("is held back by a slow reader", async () => {
      const download = request(`${product.origin}/api/files?path=${path}`).end();
      const [response] = (await once(download, "response")) as [IncomingMessage];
      const growth = await growthDuring(processes, async () => {
        // Two seconds, in which a sender that nothing holds back sends gigabytes.
        for (let piece = 0; piece < 20; piece += 1) {
          response.read();
          await sleep(100);
        }
      });
      expect(response.complete).toBe(false);
      response.destroy();
      expectFlat(growth);
    });

    it("is read from any byte on", async () => {
      const offset = hugeBytes - 10;
      const headers = { range: `bytes=${offset}-` };
      const part = await fetch(`${product.origin}/api/files?path=${path}`, { headers });
      expect(part.status).toBe(206);
      expect(part.headers.get("content-range")).toBe(`bytes ${offset}-${hugeBytes - 1}/${hugeBytes}`);
      expect(await part.text()).toBe("\0".repeat(10));
    });

    it("is not sent to a caller who has it", async () => {
      const url = `${product.origin}/api/files?path=${path}`;
      const { headers } = await fetch(url, { method: "HEAD" });
      expect(headers.get("content-length")).toBe(String(hugeBytes));
      const unchanged = await fetch(url, { headers: { "if-none-match": headers.get("etag") ?? "" } });
      expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    });
  });
});
