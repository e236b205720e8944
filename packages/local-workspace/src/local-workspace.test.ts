import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { Agent, Pool, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { ALICE, FILES, send, startForTest, temporaryDir, UC } from "../test/under-test.ts";
import { FolderInUseError, startLocalWorkspace } from "./index.ts";

const SERVER = join(import.meta.dirname, "server.ts");

function startProcess(dir: string, environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [SERVER], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOCAL_WORKSPACE_PORT: "0",
      LOCAL_WORKSPACE_TLS: "false",
      LOCAL_WORKSPACE_DIR: dir,
      // To make it takes time, at a low priority.
      LOCAL_WORKSPACE_SAMPLE_DATA: "false",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout!, "data");
  return `http://${/127\.0\.0\.1:\d+/.exec(String(line))![0]}`;
}

/** Resolves once the workspace has a request that it will not answer. */
async function openRequest(url: string): Promise<{ readonly outcome: Promise<unknown> }> {
  const body = JSON.stringify({ delayMs: 10 * 60_000 });
  await request(`${url}/_local/faults`, { method: "POST", body });
  const outcome = request(url).catch(() => "cut");
  const requests = async () => (await request(`${url}/_local/requests`)).body.json();
  await expect.poll(requests).toMatchObject({ requests: [expect.anything()] });
  return { outcome };
}

async function exitOf(child: ChildProcess): Promise<{ code: number; stderr: string }> {
  const [stderr, [code]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  return { code: code as number, stderr };
}

function clientOf(url: string): Pool {
  const pool = new Pool(url);
  onTestFinished(() => pool.destroy());
  return pool;
}

test("an acknowledged change survives kill -9, and an unfinished one leaves no trace", async () => {
  const dir = await temporaryDir();
  const child = startProcess(dir);
  const pool = clientOf(await readyUrl(child));
  const call = (method: string, path: string, body?: unknown) => send(pool, method, path, { body });
  await call("POST", `${UC}/schemas`, { catalog_name: "main", name: "kept" });
  const answered: string[] = [];
  const writing = Promise.allSettled(
    Array.from({ length: 40 }, async (_, at) => {
      const path = `/api/2.0/fs/files/Volumes/main/default/files/d${at % 5}/f${at}`;
      if ((await call("PUT", path, `content ${at}`)).status === 204) answered.push(path);
      if (answered.length === 15) child.kill("SIGKILL");
    }),
  );
  // An upload that is still open when the process dies.
  void call("PUT", `${FILES}/never`, "x".repeat(50_000_000)).catch(() => {});
  await Promise.all([writing, once(child, "exit")]);
  expect(answered.length).toBeGreaterThanOrEqual(15);

  const again = await startForTest({ dir });
  for (const path of answered) {
    expect((await again.call("GET", path)).bytes.toString()).toBe(`content ${path.split("/f").at(-1)}`);
  }
  expect((await again.call("GET", `${UC}/schemas/main.kept`)).status).toBe(200);
  expect(await readdir(join(dir, "temporary"))).toEqual([]);
});

test("a second process cannot open the same folder, nor another one take the port, until SIGTERM has ended the first one with exit code 0, even with an open request", async () => {
  const dir = await temporaryDir();
  const first = startProcess(dir, { LOG_LEVEL: "info" });
  const url = await readyUrl(first);
  const second = await exitOf(startProcess(dir));
  expect(second).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      new RegExp(`^The state folder .* is in use by process ${first.pid}\\. .*\\n$`),
    ),
  });
  await expect(startLocalWorkspace({ dir })).rejects.toThrow(FolderInUseError);
  const { port } = new URL(url);
  const other = await exitOf(startProcess(await temporaryDir(), { LOCAL_WORKSPACE_PORT: port }));
  expect(other).toEqual({
    code: 2,
    stderr: expect.stringMatching(new RegExp(`^Port ${port} is in use\\. .*\n$`)),
  });

  const open = await openRequest(url);
  first.kill("SIGTERM");
  expect((await exitOf(first)).code).toBe(0);
  expect(await open.outcome).toBe("cut");
  const { workspace } = await startForTest({ dir });
  await expect(startLocalWorkspace({ dir })).rejects.toThrow(FolderInUseError);
  await workspace.close();
});

test("an invalid setting ends the process with exit code 2 and one clear line", async () => {
  const ended = await exitOf(startProcess(await temporaryDir(), { LOCAL_WORKSPACE_PORT: "http" }));
  expect(ended).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^LOCAL_WORKSPACE_PORT must .* \(got http\)\n$/),
  });
});

test("with TLS only a client that trusts the CA is served", async () => {
  const dir = await temporaryDir();
  const { workspace } = await startForTest({ dir, tls: true });
  expect(workspace.url).toMatch(/^https:/);
  const ca = await readFile(workspace.caFile!, "utf8");
  const dispatcher = new Agent({ connect: { ca } });
  onTestFinished(() => dispatcher.destroy());
  const { port } = new URL(workspace.url);
  for (const host of ["127.0.0.1", "localhost"]) {
    const { statusCode } = await request(`https://${host}:${port}${UC}/catalogs`, {
      dispatcher,
      headers: { authorization: `Bearer ${ALICE}` },
    });
    expect(statusCode).toBe(200);
  }
  await expect(request(workspace.url)).rejects.toThrow(/certificate/);
  expect((await stat(join(dir, "tls", "ca-key.pem"))).mode & 0o777).toBe(0o600);
  await workspace.close();
  const again = await startForTest({ dir, tls: true });
  expect(await readFile(again.workspace.caFile!, "utf8")).toBe(ca);
});

test("close cuts open connections and leaves nothing half-written", async () => {
  const { workspace, call, dir } = await startForTest();
  workspace.addFault({ stallBodyAfterBytes: 1 });
  const stalled = call("GET", `${UC}/catalogs`);
  stalled.catch(() => {});
  await expect.poll(() => workspace.openRequests()).toBe(1);
  await workspace.close();
  await expect(stalled).rejects.toThrow(/closed|ECONNRESET|aborted/);
  expect(await readdir(join(dir, "temporary"))).toEqual([]);
});

test("a folder that a crash left half-seeded is seeded again", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  await first.workspace.close();
  await rm(join(dir, "metastore.json"));
  await mkdir(join(dir, "volumes", "stray"));
  await writeFile(join(dir, "temporary", "left"), "x");
  const { call } = await startForTest({ dir });
  expect((await call("GET", `${FILES}/README.txt`)).status).toBe(200);
  expect(await readdir(join(dir, "volumes"))).toHaveLength(3);
  expect(await readdir(join(dir, "temporary"))).toEqual([]);
});

test.skipIf(!existsSync("/proc/self/status"))(
  "bodies are never held in memory, neither of an upload nor for a slow reader, and SIGINT ends the process with exit code 0",
  async () => {
    const child = startProcess(await temporaryDir());
    const pool = clientOf(await readyUrl(child));
    const peakKiB = async () =>
      Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, "utf8"))![1]);
    await send(pool, "GET", `${UC}/catalogs`);
    const before = await peakKiB();
    const headers = { authorization: `Bearer ${ALICE}` };
    const piece = Buffer.alloc(1024 * 1024, "x");
    const body = Readable.from(Array.from({ length: 128 }, () => piece));
    const put = await pool.request({ method: "PUT", path: `${FILES}/big`, headers, body });
    expect(put.statusCode).toBe(204);
    const slow = await pool.request({ method: "GET", path: `${FILES}/big`, headers });
    await setTimeout(200);
    expect((await peakKiB()) - before).toBeLessThan(80 * 1024);
    slow.body.on("error", () => {}).destroy();
    child.kill("SIGINT");
    expect((await exitOf(child)).code).toBe(0);
  },
);

test("close does not wait for a connection that never starts its TLS handshake", async () => {
  const { workspace } = await startForTest({ tls: true });
  const silent = connect(Number(new URL(workspace.url).port), "127.0.0.1");
  await once(silent, "connect");
  await Promise.all([workspace.close(), once(silent, "close")]);
  expect(silent.destroyed).toBe(true);
});
