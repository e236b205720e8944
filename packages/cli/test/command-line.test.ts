import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFrontDoor } from "./run-front-door.ts";
import { runInProcess } from "./run-in-process.ts";

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  folder = await mkdtemp(join(tmpdir(), "front-door-cli-"));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const run = async (...args: string[]) => runInProcess(args, { FRONT_DOOR_URL: stack.url });
const json = async (...args: string[]) => JSON.parse((await run("--json", ...args)).stdout) as unknown;

describe("front-door lists", () => {
  it("catalogs, schemas and tables as a table for people and with --json as the API's own objects", async () => {
    expect((await run("catalogs")).stdout).toMatch(
      /^NAME +CATALOG_TYPE +OWNER +COMMENT\n.*\bfinance\b[^]*\bmain\b/,
    );
    expect((await run("schemas", "main")).stdout).toContain("main.sales");
    expect((await run("tables", "samples.nyctaxi")).stdout).toContain("samples.nyctaxi.trips");
    const [trips] = JSON.parse((await run("--json", "tables", "samples", "nyctaxi")).stdout) as {
      name: string;
    }[];
    expect(trips).toMatchObject({ name: "trips", catalog_name: "samples" });
    expect(JSON.parse((await run("warehouses", "--json")).stdout)).toHaveLength(2);
    expect(JSON.parse((await run("me", "--json")).stdout)).toMatchObject({ active: true });
  });

  it("the volumes of a schema", async () => {
    expect((await run("volumes", "main.default")).stdout).toContain("main.default.files");
    expect(JSON.parse((await run("volumes", "main", "default", "--json")).stdout)).toContainEqual(
      expect.objectContaining({ full_name: "main.default.files", volume_type: "MANAGED" }),
    );
  });

  it.each([
    ["catalogs", "/Volumes", "main", "/Volumes/main"],
    ["catalogs", "dbfs:/Volumes/", "main", "dbfs:/Volumes/main"],
    ["schemas", "/Volumes/main", "default", "/Volumes/main/default"],
    ["volumes", "/Volumes/main/default/", "files", volume],
  ])("the %s in %s", async (_what, path, name, absolute) => {
    expect((await run("ls", path)).stdout.split("\n")).toContain(name);
    expect((await run("ls", "--absolute", path)).stdout.split("\n")).toContain(absolute);
    const entry = expect.objectContaining({ name, is_directory: true });
    expect(JSON.parse((await run("ls", "--json", path)).stdout)).toContainEqual(entry);
  });

  it("files with the habits of databricks fs ls", async () => {
    expect((await run("ls", volume)).stdout.split("\n")).toContain("README.txt");
    const absolute = (await run("ls", "--absolute", `dbfs:${volume}`)).stdout;
    expect(absolute.split("\n")).toContain(`dbfs:${volume}/README.txt`);
    expect((await run("ls", "-l", volume)).stdout).toMatch(
      /^FILE +\d+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ README\.txt$/m,
    );
    expect((await run("ls", "-r", volume)).stdout).toMatch(/^reports\/.+/m);
  });
});

it("front-door stops and starts a warehouse, and fails for one that does not exist", async () => {
  const warehouses = async () => JSON.parse((await run("warehouses", "--json")).stdout);
  const [{ id }] = await warehouses();
  expect(await run("warehouses", "stop", id)).toMatchObject({ code: 0, stdout: "" });
  expect(await warehouses()).toContainEqual(expect.objectContaining({ id, state: "STOPPED" }));
  expect(await run("warehouses", "start", id)).toMatchObject({ code: 0, stdout: "" });
  expect(await warehouses()).toContainEqual(expect.objectContaining({ id, state: "RUNNING" }));
  const { code, stderr } = await run("warehouses", "start", "ffff");
  expect([code, stderr]).toEqual([1, expect.stringContaining("RESOURCE_DOES_NOT_EXIST")]);
});

it("a command that prints nothing for people prints with --json what it acted on", async () => {
  const path = `${volume}/json`;
  expect(await json("mkdir", path)).toEqual({ path, created: true });
  expect(await json("rm", path)).toEqual({ path });
  const [{ id }] = (await json("warehouses")) as [{ id: string }];
  expect(await json("warehouses", "stop", id)).toEqual({ warehouse_id: id });
  expect(await json("warehouses", "start", id)).toEqual({ warehouse_id: id });
  const { statement_id } = (await json("statements", "submit", "SELECT 1")) as { statement_id: string };
  expect(await json("statements", "cancel", statement_id)).toEqual({ statement_id });
});

describe("front-door cp", () => {
  it("copies one file up, within the workspace and down, and into a directory under its own name", async () => {
    const file = join(folder, "one.txt");
    await writeFile(file, "one");
    expect((await run("cp", file, `${volume}/`)).code).toBe(0);
    expect((await run("cp", `dbfs:${volume}/one.txt`, `${volume}/two.txt`)).stdout).toBe(
      `${volume}/one.txt -> ${volume}/two.txt\n`,
    );
    await mkdir(join(folder, "down"));
    expect((await run("cp", `${volume}/two.txt`, join(folder, "down"))).code).toBe(0);
    expect(await readFile(join(folder, "down", "two.txt"), "utf8")).toBe("one");
    expect((await run("cat", `${volume}/one.txt`, `${volume}/two.txt`)).stdout).toBe("oneone");
  });

  it("refuses to replace a file that differs unless --overwrite says so", async () => {
    const file = join(folder, "changing.txt");
    const remote = `${volume}/changing.txt`;
    await writeFile(file, "1");
    await run("cp", file, remote);
    await writeFile(file, "22");
    const refused = await run("cp", file, remote);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("--overwrite replaces it");
    expect((await run("cat", remote)).stdout).toBe("1");
    expect((await run("cp", "--overwrite", file, remote)).code).toBe(0);
    expect((await run("cat", remote)).stdout).toBe("22");
  });

  it("leaves symbolic links out, says so, and writes through none", async () => {
    const source = join(folder, "links");
    await mkdir(join(source, "sub"), { recursive: true });
    await writeFile(join(source, "sub", "file"), "x");
    await symlink("/etc", join(source, "outside"));
    const up = await run("--json", "cp", "-r", source, `${volume}/links`);
    expect(JSON.parse(up.stdout)).toMatchObject({ copied: 1, left_out: 1, failed: 0 });
    expect(up.stderr).toContain("it is a symbolic link");

    const target = join(folder, "linked");
    await mkdir(target);
    await symlink(folder, join(target, "sub"));
    const down = await run("cp", "-r", `${volume}/links`, target);
    expect(down.code).toBe(1);
    expect(down.stderr).toContain("symbolic link: it could lead out of");
    await expect(readFile(join(folder, "file"))).rejects.toThrow("ENOENT");
  });

  it("writes nothing outside its target, whatever names a server makes up", async () => {
    const names = ["../escaped", "/escaped", "..", "a/../../escaped", "ok"];
    const contents = names.map((name) => ({ name, path: name, is_directory: name === "..", file_size: 1 }));
    const server = createServer((request, response) => {
      const { method, url = "" } = request;
      if (url.startsWith("/api/directories")) response.end(JSON.stringify({ contents }));
      else if (method === "HEAD") response.writeHead(404, { "x-request-id": "id" }).end();
      else response.end("x");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const env = { FRONT_DOOR_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const target = join(folder, "hostile", "target");
    const { code, stdout, stderr } = await runInProcess(["--json", "cp", "-r", volume, target], env);
    server.close();
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ copied: 1, failed: 4 });
    expect(stderr.match(/cannot be a file name on this machine/g)).toHaveLength(4);
    expect(await readdir(join(folder, "hostile"), { recursive: true })).toEqual(["target", "target/ok"]);
    await expect(readFile("/escaped")).rejects.toThrow("ENOENT");
  });

  it("goes on with the other files when one fails", async () => {
    const source = join(folder, "some");
    await mkdir(join(source, "good"), { recursive: true });
    await writeFile(join(source, "unreadable"), "x");
    await writeFile(join(source, "good", "file"), "x");
    await run("mkdir", `${volume}/some/unreadable`);
    const { code, stdout, stderr } = await run("--json", "cp", "-r", source, `${volume}/some`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ copied: 1, failed: 1 });
    expect(stderr).toContain("is a directory");
  });

  it("takes -R as -r, as rm and ls do", async () => {
    const [source, target] = [join(folder, "upper"), `${volume}/upper`];
    await mkdir(join(source, "sub"), { recursive: true });
    await writeFile(join(source, "sub", "file"), "x");
    expect((await run("cp", "-R", source, target)).code).toBe(0);
    expect((await run("ls", "-R", target)).stdout).toContain("sub/file\n");
    expect((await run("rm", "-R", target)).code).toBe(0);
  });

  it("refuses to copy a directory into itself", async () => {
    expect((await run("cp", "-r", volume, `${volume}/inner`)).code).toBe(2);
  });
});

describe("front-door rm and mkdir", () => {
  it("make a directory with its parents and delete it only with -r when it is not empty", async () => {
    expect((await run("mkdir", `${volume}/a/b`)).code).toBe(0);
    expect((await run("mkdir", `${volume}/a/b`)).code).toBe(0);
    expect((await run("rm", `${volume}/a`)).code).toBe(1);
    expect((await run("rm", `${volume}/a/b`)).code).toBe(0);
    expect((await run("mkdir", `${volume}/a/b`)).code).toBe(0);
    expect((await run("rm", "-r", `dbfs:${volume}/a`)).code).toBe(0);
    expect((await run("ls", `${volume}/a`)).code).toBe(1);
    expect((await run("rm", `${volume}/a`)).code).toBe(1);
  });
});

describe("front-door statements", () => {
  it("submits, waits, shows the state and the rows", async () => {
    const submitted = await run("--json", "statements", "submit", "--wait", "SELECT 42 AS answer");
    const { statement_id: id, state } = JSON.parse(submitted.stdout) as Record<string, string>;
    expect(state).toBe("SUCCEEDED");
    expect((await run("statements", "get", id ?? "")).stdout).toContain("SUCCEEDED");
    expect((await run("statements", "result", id ?? "")).stdout).toBe("answer\r\n42\r\n");
    expect((await run("statements", "cancel", id ?? "")).code).toBe(0);
  });

  it("submit --wait cancels the statement if Ctrl-C comes while it is submitted", async () => {
    const requests: string[] = [];
    let child: ChildProcess | undefined;
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      if (request.url === "/api/statements") child?.kill("SIGINT");
      response.end(JSON.stringify({ statement_id: "one", state: "RUNNING" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { code, stderr } = await runFrontDoor(["statements", "submit", "--wait", "SELECT 1"], {
      env: { FRONT_DOOR_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      onStart: (started) => {
        child = started;
      },
    });
    server.close();
    expect([code, stderr]).toEqual([130, "Interrupted. The front door cancels the statement.\n"]);
    expect(requests.at(-1)).toBe("POST /api/statements/one/cancel");
  });

  it("submit prints the id alone, for a script", async () => {
    for (const more of [[], ["--wait"]]) {
      const { stdout } = await run("statements", "submit", ...more, "SELECT 1");
      expect((await run("statements", "get", stdout.replace(/\n$/, ""))).code).toBe(0);
    }
  });

  it("submits a file with its parameters, as query does, and prints the first rows as a table", async () => {
    const file = join(folder, "submitted.sql");
    await writeFile(file, "\ufeffSELECT explode(sequence(1, :n)) AS n;\n");
    const args = ["--wait", "-f", file, "--param", "n:INT=3", "--catalog", "main", "--schema", "default"];
    const submitted = await run("--json", "statements", "submit", ...args);
    const { statement_id: id = "" } = JSON.parse(submitted.stdout) as Record<string, string>;
    expect((await run("statements", "result", id)).stdout).toBe("n\r\n1\r\n2\r\n3\r\n");
    const table = await run("statements", "result", id, "-o", "table", "--row-limit", "2");
    expect(table).toMatchObject({ code: 0, stdout: "n\n1\n2\n" });
  });
});

describe("front-door open", () => {
  it("prints the address of the front door", async () => {
    expect((await run("open")).stdout).toBe(`${stack.url}\n`);
  });
});

it("front-door completes paths with the profile of the command line", async () => {
  const config = join(folder, "completion-config");
  await writeFile(config, `[DEFAULT]\nurl = http://127.0.0.1:9\n[here]\nurl = ${stack.url}\n`);
  const words = ["__complete", "--", "ls", "--profile", "here", "/Volumes/ma"];
  const { stdout } = await runFrontDoor(words, { env: { FRONT_DOOR_CONFIG_FILE: config } });
  expect(stdout).toBe("/Volumes/main/\n");
});

const complete = async (...words: string[]) => (await run("__complete", "--", ...words)).stdout.split("\n");

describe("front-door completion", () => {
  it.each(["bash", "zsh", "fish"])("prints a script for %s that asks front-door itself", async (shell) => {
    const { code, stdout } = await run("completion", shell);
    expect(code).toBe(0);
    expect(stdout).toContain("front-door __complete --");
  });

  it("completes commands, options, their values and paths of volumes", async () => {
    expect(await complete("ca")).toEqual(["catalogs", "cat", "call", ""]);
    expect(await complete("cp", "--over")).toEqual(["--overwrite", ""]);
    expect(await complete("query", "-o", "p")).toEqual(["parquet", ""]);
    expect(await complete("ls", "/Volumes/ma")).toEqual(["/Volumes/main/", ""]);
    expect(await complete("ls", "dbfs:/Volumes/main/def")).toEqual(["dbfs:/Volumes/main/default/", ""]);
    expect(await complete("cat", `${volume}/READ`)).toEqual([`${volume}/README.txt`, ""]);
    expect(await complete("cp", "./loc")).toEqual([""]);
  });
});
