import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, openAsBlob, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient, type FrontDoor, type Progress } from "../src/index.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";

const bytes = randomBytes(2_000_000);
const path = `${volume}/random.bin`;

let stack: Stack;
let frontDoor: FrontDoor;
let proxy: CuttingProxy | undefined;
beforeAll(async () => {
  // Less patience than the product has, so that a pause can outlast it.
  stack = await startStack({ fileIdleTimeoutMs: 1_000 });
  frontDoor = createClient({ baseUrl: stack.url });
  await frontDoor.upload(path, bytes);
});
afterAll(() => stack.close());
beforeEach(() => stack.workspace.clearFaults());
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

async function clientThroughProxy(...cutAfterBytes: number[]): Promise<FrontDoor> {
  proxy = await startCuttingProxy(stack.port, cutAfterBytes);
  return createClient({ baseUrl: proxy.url });
}

const stored = async (at = path) => (await frontDoor.download(at)).bytes();

describe("a download", () => {
  it("asks for a range past the cache of a browser, whose condition would get the whole file", async () => {
    const caches: (string | undefined)[] = [];
    const observed = createClient({
      baseUrl: stack.url,
      fetch: (input, init) => {
        caches.push(init?.cache);
        return fetch(input, init);
      },
    });
    await (await observed.download(path, { start: 0, end: 9 })).cancel();
    await (await observed.download(path)).cancel();
    expect(caches).toEqual(["no-store", undefined]);
  });

  it("has the bytes, and what is known of the file before they arrive", async () => {
    const seen: Progress[] = [];
    const file = await frontDoor.download(path, { onProgress: (progress) => seen.push(progress) });
    const info = await frontDoor.fileMetadata({ path });
    expect([file.size, file.etag, file.contentType]).toEqual([
      bytes.length,
      info.etag,
      "application/octet-stream",
    ]);
    expect(file.lastModified?.getTime()).toBe(info.last_modified);
    expect(bytes.equals(await file.bytes())).toBe(true);
    expect(seen.at(-1)).toEqual({ loaded: bytes.length, total: bytes.length });
  });

  it("is a Blob, a text or a web stream", async () => {
    await frontDoor.upload(`${volume}/text.txt`, "grün");
    const open = async () => frontDoor.download(`${volume}/text.txt`);
    expect(await (await open()).text()).toBe("grün");
    expect(await (await (await open()).blob()).text()).toBe("grün");
    expect(await new Response((await open()).stream()).text()).toBe("grün");
  });

  it("is a range of the file", async () => {
    const range = await frontDoor.download(path, { start: 1_000, end: 1_999 });
    expect(range.size).toBe(1_000);
    expect(bytes.subarray(1_000, 2_000).equals(await range.bytes())).toBe(true);
    const rest = await frontDoor.download(path, { start: bytes.length - 3 });
    expect(bytes.subarray(-3).equals(await rest.bytes())).toBe(true);
    await expect(frontDoor.download(path, { start: bytes.length })).rejects.toMatchObject({ status: 416 });
  });

  it("continues where its connection broke, as often as there is progress", async () => {
    const cut = await clientThroughProxy(300_000, 300_000, 300_000, 300_000, 300_000);
    const seen: number[] = [];
    const file = await cut.download(path, { onProgress: ({ loaded }) => seen.push(loaded) });
    expect(bytes.equals(await file.bytes())).toBe(true);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(proxy?.connections()).toBe(6);
  });

  it("continues a range within the range", async () => {
    const cut = await clientThroughProxy(100_000, 100_000);
    const file = await cut.download(path, { start: 500_000, end: 899_999 });
    expect(bytes.subarray(500_000, 900_000).equals(await file.bytes())).toBe(true);
  });

  it("gives up after some breaks without progress", async () => {
    const cut = await clientThroughProxy(300_000, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const file = await cut.download(path);
    await expect(file.bytes()).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  });

  it("is never put together from two versions of the file", async () => {
    const replaced = `${volume}/replaced.bin`;
    await frontDoor.upload(replaced, bytes);
    const cut = await clientThroughProxy(300_000);
    const file = await cut.download(replaced);
    const reading = (async () => {
      let isFirst = true;
      for await (const _chunk of file) {
        if (isFirst) await frontDoor.upload(replaced, randomBytes(bytes.length + 1));
        isFirst = false;
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "FILE_CHANGED", status: 412 });
  });

  it("of unknown length and without a version cannot continue, and never looks whole", async () => {
    stack.workspace.addFault({
      method: "GET",
      path: `/api/2.0/fs/files${volume}/*`,
      status: 200,
      headers: { "content-type": "application/octet-stream", "transfer-encoding": "chunked" },
      body: "x".repeat(1_000_000),
      cutAfterBytes: 500_000,
    });
    const file = await frontDoor.download(`${volume}/of-unknown-length.bin`);
    expect(file.size).toBeUndefined();
    await expect(file.bytes()).rejects.toMatchObject({ code: "REPLY_CUT" });
  });

  it("ends with the reason of an abort", async () => {
    const controller = new AbortController();
    const file = await frontDoor.download(path, { signal: controller.signal });
    const reading = (async () => {
      for await (const _chunk of file) controller.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
    await expect.poll(() => stack.workspace.openRequests()).toBe(0);
  });
});

/** Gives pieces of 100 kB, and counts them. */
function pieces(count: number) {
  let given = 0;
  async function* give() {
    for (; given < count; given++) yield bytes.subarray(given * 100_000, (given + 1) * 100_000);
  }
  return { stream: give(), given: () => given };
}

describe("an upload", () => {
  it.each([
    ["a Blob", new Blob([bytes])],
    ["an ArrayBuffer", new Uint8Array(bytes).buffer],
    ["a view", new Uint8Array(bytes)],
    ["a web stream", new Blob([bytes]).stream()],
    ["an async iterable", pieces(20).stream],
  ])("stores %s", async (_what, body) => {
    const at = `${volume}/uploaded.bin`;
    const seen: number[] = [];
    const upload = frontDoor.upload(at, body, { onProgress: ({ loaded }) => seen.push(loaded) });
    expect(await upload).toEqual({ path: at, file_size: bytes.length, created: expect.any(Boolean) });
    expect(bytes.equals(await stored(at))).toBe(true);
    expect([seen[0], seen.at(-1)]).toEqual([0, bytes.length]);
    expect(seen.length).toBeGreaterThan(20);
  });

  it("stores nothing and a text", async () => {
    expect(await frontDoor.upload(`${volume}/empty`, "")).toMatchObject({ file_size: 0 });
    expect(await frontDoor.upload(`${volume}/text`, "grün")).toMatchObject({ file_size: 5 });
  });

  it("fails if the file exists and must not be replaced", async () => {
    const upload = frontDoor.upload(path, "other", { overwrite: false });
    await expect(upload).rejects.toMatchObject({ code: "ALREADY_EXISTS", status: 409 });
    expect(bytes.equals(await stored())).toBe(true);
  });

  it("takes nothing from its source during a pause, and then goes on where it was", async () => {
    const at = `${volume}/paused.bin`;
    const { stream, given } = pieces(20);
    const seen: number[] = [];
    let pauses = 0;
    const upload = frontDoor.upload(at, stream, {
      onProgress: ({ loaded }) => {
        seen.push(loaded);
        if (loaded > 500_000 && pauses++ === 0) upload.pause();
      },
    });
    await expect.poll(() => upload.paused).toBe(true);
    const before = given();
    await delay(300);
    expect(given()).toBe(before);
    expect(before).toBeLessThan(20);
    upload.resume();
    expect(await upload).toMatchObject({ file_size: bytes.length });
    expect(bytes.equals(await stored(at))).toBe(true);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("is sent again after a pause that the front door did not wait for", async () => {
    const at = `${volume}/long-pause.bin`;
    const upload = frontDoor.upload(at, new Blob([bytes]), {
      onProgress: ({ loaded }) => {
        if (loaded > 500_000 && loaded < 600_000) upload.pause();
      },
    });
    await expect.poll(() => upload.paused).toBe(true);
    await expect
      .poll(() => stack.log.api)
      .toContainEqual(expect.objectContaining({ method: "PUT", status: 408 }));
    await expect(frontDoor.fileMetadata({ path: at })).rejects.toMatchObject({ status: 404 });
    // Every attempt passes the same place, so each is paused once.
    const resumes = setInterval(() => upload.resume(), 20);
    expect(await upload).toMatchObject({ file_size: bytes.length });
    clearInterval(resumes);
    expect(bytes.equals(await stored(at))).toBe(true);
  });

  it.each([
    ["an async iterable", (source: AsyncIterable<Uint8Array>) => source],
    ["a web stream", (source: AsyncIterable<Uint8Array>) => ReadableStream.from(source)],
  ])("fails with the error of its source: %s", async (_what, bodyOf) => {
    const at = `${volume}/half.bin`;
    const failure = new Error("my own source failed");
    async function* half() {
      yield bytes;
      throw failure;
    }
    await expect(frontDoor.upload(at, bodyOf(half()))).rejects.toBe(failure);
    await expect(frontDoor.fileMetadata({ path: at })).rejects.toMatchObject({ status: 404 });
  });

  it("of a local file that changes meanwhile fails as a file that cannot be read", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "front-door-")), "grows.bin");
    writeFileSync(file, bytes);
    const upload = frontDoor.upload(`${volume}/grows.bin`, await openAsBlob(file));
    appendFileSync(file, "more");
    await expect(upload).rejects.toMatchObject({ name: "NotReadableError" });
    await expect(frontDoor.fileMetadata({ path: `${volume}/grows.bin` })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("that is aborted leaves no file, during a pause too", async () => {
    const at = `${volume}/aborted.bin`;
    const upload = frontDoor.upload(at, pieces(20).stream);
    upload.pause();
    upload.abort(new Error("changed my mind"));
    await expect(upload).rejects.toThrow("changed my mind");
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(frontDoor.upload(at, bytes, { signal })).rejects.toThrow("too late");
    await expect(frontDoor.upload(at, bytes).finally(() => undefined)).resolves.toBeDefined();
  });

  it("is sent again if that does no harm", async () => {
    stack.workspace.addFault({ method: "PUT", noReply: "reset", times: 1 });
    expect(await frontDoor.upload(path, bytes)).toMatchObject({ file_size: bytes.length });
    stack.workspace.addFault({ method: "PUT", noReply: "reset", times: 1 });
    const once = frontDoor.upload(`${volume}/new.bin`, bytes, { overwrite: false });
    await expect(once).rejects.toMatchObject({ outcome: "unknown", retryable: false });
  });
});
