import { execFile } from "node:child_process";
import {
  chmod,
  lstat,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@front-door/api-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../output/usage-error.ts";
import { formatOf, writeResult } from "./result-output.ts";

describe("the format of a result", () => {
  it("is that of the file's ending, in either case", () => {
    expect(formatOf({ outputFile: "rows.ndjson" }, false)).toBe("ndjson");
    expect(formatOf({ outputFile: "rows.PARQUET" }, false)).toBe("parquet");
    expect(formatOf({ outputFile: "rows.json" }, true)).toBe("json");
  });

  it("is what an option says, whatever the file's ending", () => {
    expect(formatOf({ outputFile: "rows.txt", output: "ndjson" }, false)).toBe("ndjson");
    expect(formatOf({ outputFile: "rows.parquet", output: "csv" }, false)).toBe("csv");
    expect(formatOf({ outputFile: "rows.parquet", output: "json" }, true)).toBe("json");
    expect(formatOf({ outputFile: "rows.txt" }, true)).toBe("json");
  });

  it("is CSV in a file without an ending", () => {
    expect(formatOf({ outputFile: "/dev/stdout" }, false)).toBe("csv");
    expect(formatOf({ outputFile: "folder.d/rows" }, false)).toBe("csv");
  });

  it.each([
    ["rows.jsonl", false, "The ending of rows.jsonl is unknown"],
    ["rows.json.gz", false, "The ending of rows.json.gz is unknown"],
    ["rows.parquet", true, "--json cannot be combined with the ending of rows.parquet"],
    ["rows.NDJSON", true, "--json cannot be combined with the ending of rows.NDJSON"],
  ])("is not guessed for %s with --json %s", (outputFile, json, message) => {
    expect(() => formatOf({ outputFile }, json)).toThrow(UsageError);
    expect(() => formatOf({ outputFile }, json)).toThrow(message);
  });
});

// Windows has no pipes in folders, no modes, and links for administrators only.
describe.skipIf(process.platform === "win32")("--output-file", () => {
  let folder: string;
  const reply =
    '{"columns":[{"name":"a","type":"INT","type_text":"INT","nullable":true,"position":0}]}\n[1]\n{"row_count":1,"truncated":false,"complete":true}\n';
  const server = createServer((_request, response) => response.end(reply));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "front-door-output-"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    server.close();
  });
  const write = async (outputFile: string) => {
    const client = createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await writeResult(client.executeQuery({ sql: "SELECT 1 AS a" }), "csv", { outputFile });
  };

  it("writes into a pipe, and leaves it there", async () => {
    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const [text] = await Promise.all([readFile(pipe, "utf8"), write(pipe)]);
    expect(text).toBe("a\r\n1\r\n");
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it("writes into the file that a link leads to, and leaves the link", async () => {
    await writeFile(join(folder, "linked.csv"), "before");
    for (const [link, file] of [
      ["link", "linked.csv"],
      ["dangling", "new.csv"],
    ] as const) {
      await symlink(file, join(folder, link));
      await write(join(folder, link));
      expect((await lstat(join(folder, link))).isSymbolicLink()).toBe(true);
      expect(await readFile(join(folder, file), "utf8")).toBe("a\r\n1\r\n");
    }
  });

  it("lets nobody read what only the owner could read before", async () => {
    const file = join(folder, "private.csv");
    await writeFile(file, "before");
    await chmod(file, 0o600);
    const before = await open(file);
    await write(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // A new file took its place: who reads the old one reads it to its end.
    expect(await before.readFile("utf8")).toBe("before");
    await before.close();
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
