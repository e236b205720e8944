import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { createClient } from "@front-door/api-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyTree } from "../src/transfer/copy-tree.ts";
import { uploadTransfer } from "../src/transfer/transfer.ts";
import { noCounts } from "../src/transfer/transfer-counts.ts";
import { runFrontDoor } from "./run-front-door.ts";
import { runInProcess } from "./run-in-process.ts";
import { startStallingProxy } from "./stalling-proxy.ts";

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), "front-door-cp-names-"));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const run = async (...args: string[]) => runInProcess(args, { FRONT_DOOR_URL: stack.url });

describe("the part of an unfinished download", () => {
  it("is not replaced by a file of the workspace with its name, and is not uploaded", async () => {
    const [local, remote, target] = [join(folder, "big.bin"), `${volume}/poison`, join(folder, "poison")];
    const bytes = randomBytes(8 * 1024 * 1024);
    await writeFile(local, bytes);
    await run("cp", local, `${remote}/big.bin`);
    const part = await partOfKilled(remote, target, bytes.length / 2);

    const evil = join(folder, "evil");
    await writeFile(evil, "seventeen bytes!!");
    const names = [part, part.toUpperCase()];
    for (const name of names) expect((await run("cp", evil, `${remote}/${name}`)).code).toBe(0);
    const { code, stdout, stderr } = await run("--json", "cp", "-r", `dbfs:${remote}`, target);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ copied: 1, failed: 2 });
    for (const name of names) expect(stderr).toContain(`${remote}/${name}: `);
    expect((await readFile(join(target, "big.bin"))).equals(bytes)).toBe(true);
    expect(await readdir(target)).toEqual(["big.bin"]);

    await writeFile(join(target, part), "a part");
    const up = await run("--json", "cp", "-r", target, `${volume}/again`);
    expect(JSON.parse(up.stdout)).toMatchObject({ copied: 1, left_out: 1, failed: 0 });
    expect(up.stderr).toContain(`${part}: it is the part of an unfinished download`);
  });

  it("never becomes the file if another file took its place meanwhile", async () => {
    const { promise: isReplaced, resolve: replaced } = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      const { method, url = "" } = request;
      if (url.startsWith("/api/directories")) {
        const contents = [{ name: "a.bin", path: `${volume}/a.bin`, is_directory: false, file_size: 8 }];
        response.end(JSON.stringify({ contents }));
      } else if (method === "HEAD") response.writeHead(404, { "x-request-id": "id" }).end();
      else {
        response.writeHead(200, { "content-length": 8 }).write("good");
        void isReplaced.then(() => response.end("good"));
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const env = { FRONT_DOOR_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const target = join(folder, "replaced");
    const running = runFrontDoor(["--json", "cp", "-r", volume, target], { env });
    const part = async () => (await readdir(target).catch(() => []))[0];
    await expect.poll(part).toBeDefined();
    const evil = join(folder, "evil part");
    await writeFile(evil, "evilevil");
    await rename(evil, join(target, (await part()) ?? ""));
    replaced();
    const { code, stdout, stderr } = await running;
    server.close();
    expect({ code, counts: JSON.parse(stdout) }).toMatchObject({ code: 1, counts: { copied: 0, failed: 1 } });
    expect(stderr).toContain("replaced");
    expect(await readdir(target)).toEqual([]);
  });
});

describe("a directory that cannot be read", () => {
  const odd = `${volume}/odd`;
  const refused = ["..;x", "a\nb"];
  beforeAll(async () => {
    for (const name of refused) await putAtDatabricks(`${odd}/${name}/inside.txt`);
    for (const name of ["a.txt", "good/b.txt", "z/c.txt"]) await putAtDatabricks(`${odd}/${name}`);
  });

  it("is named as failed, while ls -r lists the rest", async () => {
    const { code, stdout, stderr } = await run("ls", "-r", odd);
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["a.txt", "good/b.txt", "z/c.txt"]));
    expect(stderr).toContain(`Error: ${odd}/..;x: `);
    expect(stderr).toContain(`Error: ${odd}/a\\nb: `);
    const json = await run("--json", "ls", "-r", odd);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toHaveLength(7);
  });

  it("is named as failed, while cp -r copies the rest down and within the workspace", async () => {
    const target = join(folder, "odd");
    for (const to of [target, `${volume}/odd-copy`]) {
      const { code, stdout, stderr } = await run("--json", "cp", "-r", `dbfs:${odd}`, to);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ copied: 3 });
      for (const name of ["..;x", "a\\nb"]) expect(stderr).toContain(`Error: ${odd}/${name}: `);
    }
    expect(await readFile(join(target, "z", "c.txt"), "utf8")).toBe("odd");
  });

  it("ends ls -r and cp -r if it is the one that was asked for", async () => {
    expect(await run("ls", "-r", `${odd}/..;x`)).toMatchObject({ code: 1, stdout: "" });
    const { code, stderr } = await run("cp", "-r", `dbfs:${odd}/..;x`, join(folder, "never"));
    expect(code).toBe(1);
    expect(stderr).not.toContain("copied");
  });

  it("at the destination fails its own files, while an upload goes on with the others", async () => {
    const source = join(folder, "up");
    for (const name of ["locked", "open"]) {
      await mkdir(join(source, name), { recursive: true });
      await writeFile(join(source, name, "file"), "x");
    }
    stack.workspace.addFault({
      path: `/api/2.0/fs/directories${volume}/up/locked`,
      method: "GET",
      status: 403,
      body: { error_code: "PERMISSION_DENIED", message: "No." },
    });
    const { code, stdout, stderr } = await run("--json", "cp", "-r", source, `${volume}/up`);
    stack.workspace.clearFaults();
    expect({ code, counts: JSON.parse(stdout) }).toMatchObject({ code: 1, counts: { copied: 1, failed: 1 } });
    expect(stderr).toContain(`Error: ${join(source, "locked", "file")}: `);
  });

  it("or a file that grows while it is uploaded fails alone", async () => {
    const source = join(folder, "growing");
    await mkdir(source);
    for (const name of ["a", "grows", "z"]) await writeFile(join(source, name), "before");
    const client = createClient({
      baseUrl: stack.url,
      headers: async () => {
        await appendFile(join(source, "grows"), "more");
        return {};
      },
    });
    const { signal } = new AbortController();
    const [counts, told] = [noCounts(), [] as string[]];
    const transfer = uploadTransfer(
      { client, from: source, to: `${volume}/growing`, signal },
      () => undefined,
    );
    await copyTree(transfer, {
      overwrite: false,
      parallel: 1,
      perSecond: 90,
      counts,
      signal,
      onFailure: (what) => told.push(what),
      onCopied: () => undefined,
    });
    expect(counts).toMatchObject({ copied: 2, failed: 1 });
    expect(told).toEqual([join(source, "grows")]);
  });

  // Other systems have no such names.
  it.runIf(process.platform === "linux")("because of its name fails alone on this machine too", async () => {
    const source = join(folder, "latin");
    const latin = (name: string) => Buffer.concat([Buffer.from(`${source}/`), Buffer.from(name, "latin1")]);
    await mkdir(source);
    await mkdir(latin("ordner-ü"));
    await writeFile(latin("datei-ü"), "x");
    await writeFile(join(source, "z"), "x");
    const { code, stdout, stderr } = await run("--json", "cp", "-r", source, `${volume}/latin`);
    expect({ code, counts: JSON.parse(stdout) }).toMatchObject({ code: 1, counts: { copied: 1, failed: 2 } });
    for (const name of ["ordner-\ufffd", "datei-\ufffd"]) {
      expect(stderr).toContain(`Error: ${join(source, name)}: `);
    }
  });
});

/** The name of the part that a download of the one file of a directory leaves when it is killed. */
async function partOfKilled(remote: string, target: string, bytes: number): Promise<string> {
  const proxy = await startStallingProxy(stack.port, bytes);
  let child: ChildProcess | undefined;
  const killed = runFrontDoor(["cp", "-r", `dbfs:${remote}`, target], {
    env: { FRONT_DOOR_URL: proxy.url },
    onStart: (started) => {
      child = started;
    },
  });
  await proxy.stalled;
  const part = async () => (await readdir(target))[0] ?? "";
  await expect.poll(async () => (await stat(join(target, await part()))).size).toBeGreaterThan(0);
  child?.kill("SIGKILL");
  await killed;
  await proxy.close();
  return part();
}

/** Stores a file as somebody who calls Databricks itself does. */
async function putAtDatabricks(path: string): Promise<void> {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const { status } = await fetch(`${stack.workspace.url}/api/2.0/fs/files${encoded}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${tokens.alice}` },
    body: "odd",
  });
  expect(status).toBe(204);
}
