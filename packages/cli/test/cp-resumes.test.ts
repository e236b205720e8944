import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { createClient } from "@front-door/api-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isPartName } from "../src/transfer/part-name.ts";
import { remoteTree } from "../src/transfer/remote-files.ts";
import { runFrontDoor } from "./run-front-door.ts";
import { runInProcess } from "./run-in-process.ts";
import { type StallingProxy, startStallingProxy } from "./stalling-proxy.ts";

// At full size: CP_FILES=1000 CP_LARGE_BYTES=2147483648 ./scripts/test.sh cp-resumes
const files = Number(process.env["CP_FILES"] ?? 16);
const largeBytes = Number(process.env["CP_LARGE_BYTES"] ?? 16 * 1024 * 1024);

let stack: Stack;
let folder: string;
const remote = `${volume}/tree`;
beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), "front-door-cp-"));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

it("an upload and a download that were killed continue, and leave identical trees and no part of a file", async () => {
  const source = join(folder, "source");
  await makeTree(source);
  const before = await treeOf(source);

  const up = await startStallingProxy(stack.port, largeBytes / 2);
  await killWhenStalled(["cp", "-r", source, remote], up, async () => true);
  const sizes = await remoteSizes();
  expect([...sizes].filter(([path, size]) => before.get(path)?.size !== size)).toEqual([]);
  expect(sizes.has("large.bin")).toBe(false);
  const uploaded = await copy(source, remote);
  expect(uploaded).toMatchObject({ copied: before.size - sizes.size, unchanged: sizes.size, failed: 0 });

  const target = join(folder, "target");
  const down = await startStallingProxy(stack.port, largeBytes / 2);
  await killWhenStalled(
    ["cp", "-r", `dbfs:${remote}`, target],
    down,
    async () => (await partBytes(target)) > 0,
  );
  expect(await stat(join(target, "large.bin")).catch(() => "absent")).toBe("absent");
  const kept = await partBytes(target);
  const downloaded = await copy(remote, target);
  expect(downloaded).toMatchObject({ failed: 0 });
  expect(stack.log.api.some(({ status }) => status === 206)).toBe(true);
  process.stdout.write(`${files} files, one of ${largeBytes} bytes; continued after ${kept} bytes.\n`);

  expect(await treeOf(target)).toEqual(before);
  for (const [from, to] of [
    [remote, target],
    [source, remote],
  ] as const) {
    const { stdout } = await runInProcess(["--json", "cp", "-r", from, to], { FRONT_DOOR_URL: stack.url });
    expect(JSON.parse(stdout)).toMatchObject({ copied: 0, unchanged: before.size, failed: 0 });
  }
}, 1_200_000);

it("Ctrl-C ends a copy with one line: how much was copied, and that the same command continues", async () => {
  const source = join(folder, "interrupted");
  await mkdir(source);
  await writeFile(join(source, "a"), "x");
  await writeFile(join(source, "b"), randomBytes(8 * 1024 * 1024));
  const proxy = await startStallingProxy(stack.port, 1024 * 1024);
  let child: ChildProcess | undefined;
  const run = runFrontDoor(["cp", "-r", "--parallel", "1", source, `${volume}/interrupted`], {
    env: { FRONT_DOOR_URL: proxy.url },
    onStart: (started) => {
      child = started;
    },
  });
  await proxy.stalled;
  child?.kill("SIGINT");
  const { code, stderr } = await run;
  await proxy.close();
  expect(code).toBe(130);
  expect(stderr).toMatch(/^Interrupted\. 1 copied \(1 B in [\d.]+ s\)\. The same command continues\.\n$/);
});

async function copy(from: string, to: string): Promise<unknown> {
  const began = performance.now();
  const run = await runFrontDoor(["--json", "cp", "-r", from, to], { env: { FRONT_DOOR_URL: stack.url } });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const memory = Math.round(run.maxMemoryMiB);
  process.stdout.write(`${seconds} s, at most ${memory} MiB: ${run.stdout.replaceAll(/\s+/g, " ")}\n`);
  expect(run.maxMemoryMiB).toBeLessThan(400);
  return JSON.parse(run.stdout);
}

async function killWhenStalled(
  args: readonly string[],
  proxy: StallingProxy,
  isTime: () => Promise<boolean>,
): Promise<void> {
  let child: ChildProcess | undefined;
  const run = runFrontDoor(args, {
    env: { FRONT_DOOR_URL: proxy.url },
    onStart: (started) => {
      child = started;
    },
  });
  await proxy.stalled;
  await expect.poll(isTime).toBe(true);
  child?.kill("SIGKILL");
  expect((await run).code).toBe(null);
  await proxy.close();
}

async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, "empty folder"), { recursive: true });
  await writeFile(join(root, "empty file"), "");
  for (let index = 0; index < files; index++) {
    const path = join(root, `folder ${index % 7}`, `ünï ${index % 3}`, `file-${index}.bin`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(index * 13));
  }
  const file = await open(join(root, "large.bin"), "w");
  const block = randomBytes(1024 * 1024);
  for (let at = 0; at < largeBytes; at += block.length) {
    block.writeDoubleBE(at);
    await file.write(block, 0, Math.min(block.length, largeBytes - at));
  }
  await file.close();
}

async function treeOf(root: string) {
  const tree = new Map<string, { size: number; hash: string }>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    tree.set(path.slice(root.length + 1), { size: (await stat(path)).size, hash: hash.digest("hex") });
  }
  return tree;
}

async function partBytes(root: string): Promise<number> {
  const names = await readdir(root).catch(() => []);
  const part = names.find((name) => isPartName(name));
  return part === undefined ? 0 : (await stat(join(root, part))).size;
}

async function remoteSizes(): Promise<Map<string, number>> {
  const client = createClient({ baseUrl: stack.url });
  const sizes = new Map<string, number>();
  for await (const { segments, isDirectory, size } of remoteTree(
    client,
    remote,
    new AbortController().signal,
    (_segments, error) => {
      throw error;
    },
  )) {
    if (!isDirectory) sizes.set(segments.join("/"), size);
  }
  return sizes;
}
