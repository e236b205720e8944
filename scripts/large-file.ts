import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningProduct, startProduct } from "./start-product.ts";

// Sends a file of so many GiB through the product, up and down, interrupts an upload at half, and prints how much memory the
// front door and the gateway had meanwhile (docs/files.md). Not a test: it writes as much to the disk.
//   node scripts/large-file.ts [GiB, 6 if left out]

const processes = ["api", "databricks-gateway"] as const;
const mebibyte = 2 ** 20;
const path = "/Volumes/main/default/files/large.bin";
const bytes = Number(process.argv[2] ?? 6) * 1024 * mebibyte;
if (!(bytes > 0)) throw new Error("usage: node scripts/large-file.ts [GiB]");

/** Sparse, but each MiB has its number, so that one that is lost, doubled or moved changes the digest. */
function writeSparse(file: string): void {
  const descriptor = openSync(file, "w");
  ftruncateSync(descriptor, bytes);
  const number = Buffer.alloc(8);
  for (let offset = 0; offset < bytes; offset += mebibyte) {
    number.writeBigUInt64LE(BigInt(offset + 1));
    writeSync(descriptor, number, 0, number.length, offset);
  }
  closeSync(descriptor);
}

/** A line of /proc/<pid>/status in MiB: VmRSS is the memory now, VmHWM the most since the start or the last reset. */
function memory(pid: number, name: "VmRSS" | "VmHWM"): number {
  const [, kB] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kB) / 1024);
}

/** Prints what each process had before, in each tenth of the transfer's time, and at most. */
async function measured(
  product: RunningProduct,
  what: string,
  transfer: () => Promise<unknown>,
): Promise<void> {
  const watched = processes.map((name) => {
    const pid = product.pidOf(name);
    // proc_pid_clear_refs(5): 5 resets VmHWM.
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
    return { name, pid, before: memory(pid, "VmRSS"), samples: [] as number[] };
  });
  const timer = setInterval(() => {
    for (const { pid, samples } of watched) samples.push(memory(pid, "VmRSS"));
  }, 250);
  const start = performance.now();
  await transfer();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  for (const { name, pid, before, samples } of watched) {
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => samples[Math.floor((tenth * samples.length) / 10)],
    );
    const cells = [what, name, `${seconds.toFixed(0)} s`, before, tenths.join(" "), memory(pid, "VmHWM")];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

async function upload(
  product: RunningProduct,
  file: string,
  interruptAt = Number.POSITIVE_INFINITY,
): Promise<void> {
  const put = request(`${product.origin}/api/files?path=${encodeURIComponent(path)}`, {
    method: "PUT",
    headers: { "content-length": bytes, "content-type": "application/octet-stream" },
  });
  const status = new Promise((resolve, reject) => {
    put.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
  });
  let sent = 0;
  const content = createReadStream(file, { highWaterMark: mebibyte }).on("data", (chunk) => {
    sent += chunk.length;
    if (sent >= interruptAt) put.destroy(new Error("interrupted"));
  });
  await Promise.all([
    pipeline(content, put),
    status.then((code) => expectEqual("the upload's status", code, 200)),
  ]);
}

async function digestOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of content) hash.update(chunk);
  return hash.digest("hex");
}

function expectEqual(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) throw new Error(`${what} is ${String(got)}, expected ${String(expected)}`);
}

const folder = mkdtempSync(join(tmpdir(), "front-door-large-file-"));
try {
  const file = join(folder, "large.bin");
  writeSparse(file);
  const sent = await digestOf(createReadStream(file, { highWaterMark: mebibyte }));
  await using product = await startProduct();
  const url = `${product.origin}/api/files?path=${encodeURIComponent(path)}`;
  // What the first requests load is no growth.
  await fetch(url, { method: "PUT", body: "warm" });
  await (await fetch(url)).text();
  const leftovers = () => globSync("workspace/{temporary/*,volumes/**/large.bin}", { cwd: product.folder });

  console.log(
    "| | process | time | before, MiB | in each tenth of the time, MiB | at most, MiB |\n|---|---|---|---|---|---|",
  );
  await measured(product, "up", () => upload(product, file));
  await measured(product, "down", async () => {
    const { body } = await fetch(url);
    if (body === null) throw new Error("the download has no body");
    expectEqual("the digest of the download", await digestOf(body), sent);
  });
  expectEqual("the status of the deletion", (await fetch(url, { method: "DELETE" })).status, 204);
  await measured(product, "up, interrupted at half", () =>
    upload(product, file, bytes / 2).then(
      () => expectEqual("the upload", "whole", "interrupted"),
      (error: Error) => expectEqual("the upload's error", error.message, "interrupted"),
    ),
  );
  // The gateway drops the parts after its reply.
  for (let waited = 0; leftovers().length > 0; waited += 1) {
    if (waited === 600) throw new Error(`the interrupted upload left ${leftovers().join(", ")}`);
    await sleep(100);
  }
  console.log(`\n${bytes} bytes came back with the same SHA-256; the interrupted upload left nothing.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
