import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { lstat, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { program, runFrontDoor } from "./run-front-door.ts";
import { runInProcess } from "./run-in-process.ts";

// At full size: QUERY_ROWS=1000000 ./scripts/test.sh cli/test/query
const rows = Number(process.env["QUERY_ROWS"] ?? 50_000);

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  folder = await mkdtemp(join(tmpdir(), "front-door-query-"));
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const env = () => ({ FRONT_DOOR_URL: stack.url });
const query = async (...args: string[]) => runInProcess(["query", ...args], env());

/** The columns and the rows of an Arrow stream. */
function contentOf(bytes: Uint8Array): string[] {
  const table = tableFromIPC(bytes);
  return [String(table.schema), ...table.toArray().map(String)];
}

async function inDuckDb(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const found = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return found;
}

/** Everything that a format could spoil. */
const hardValues = `SELECT * FROM (
  SELECT 1 AS n, CAST(9007199254740993 AS BIGINT) AS l, CAST('12345678901234567890.123456789' AS DECIMAL(38,9)) AS d,
    TIMESTAMP'2024-01-31 12:00:00.123456Z' AS t, DOUBLE('-0.0') AS z, DOUBLE('NaN') AS q, 'a,"b"\\n😀' AS s,
    array(1, NULL) AS a, map('k', CAST('1.20' AS DECIMAL(5,2))) AS m,
    named_struct('x', CAST(-9223372036854775808 AS BIGINT)) AS o, CAST('bytes' AS BINARY) AS b
  UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL) ORDER BY n`;

describe("front-door query", () => {
  it("writes NDJSON and JSON with the values that the API sends, to the sign of -0.0", async () => {
    const ndjson = await query(hardValues, "-o", "ndjson");
    const [first, second] = ndjson.stdout.trim().split("\n");
    expect(first).toBe(
      '{"n":1,"l":"9007199254740993","d":"12345678901234567890.123456789","t":"2024-01-31T12:00:00.123456Z","z":-0.0,' +
        '"q":"NaN","s":"a,\\"b\\"\\n😀","a":[1,null],"m":[{"key":"k","value":"1.20"}],"o":{"x":"-9223372036854775808"},' +
        '"b":"Ynl0ZXM="}',
    );
    const json = await query(hardValues, "--output", "json");
    expect(json.stdout).toBe(`[\n${first},\n${second}\n]\n`);
    expect((await query("SELECT 1 AS a WHERE false", "-o", "json")).stdout).toBe("[]\n");
  });

  it("writes CSV in which NULL and an empty string differ, also where nothing says which format", async () => {
    const expected =
      "n,l,d,t,z,q,s,a,m,o,b\r\n1,9007199254740993,12345678901234567890.123456789,2024-01-31T12:00:00.123456Z,-0.0,NaN," +
      '"a,""b""\n😀","[1,null]","[{""key"":""k"",""value"":""1.20""}]","{""x"":""-9223372036854775808""}",Ynl0ZXM=\r\n' +
      '2,,,,,,"",,,,\r\n';
    expect((await query(hardValues)).stdout).toBe(expected);
    expect((await query(hardValues, "-o", "csv")).stdout).toBe(expected);
  });

  it("writes a table with aligned columns", async () => {
    const { stdout } = await query(
      "SELECT 1 AS number, 'a' AS text UNION ALL SELECT 100, NULL ORDER BY 1",
      "-o",
      "table",
    );
    expect(stdout).toBe("number  text\n     1  a\n   100  NULL\n");
  });

  it("sends parameters beside the statement, with their types", async () => {
    const sql = "SELECT :day AS day, :text AS text, :nothing AS nothing, :n + 1 AS n";
    const params = ["day:DATE=2024-01-31", "text=a=b:c", "nothing:VOID=", "n:INT=41"].flatMap((p) => [
      "--param",
      p,
    ]);
    const { stdout } = await query(sql, ...params, "-o", "ndjson");
    expect(JSON.parse(stdout)).toEqual({ day: "2024-01-31", text: "a=b:c", nothing: null, n: 42 });
  });

  it("reads the statement from a file and from standard input", async () => {
    const file = join(folder, "one.sql");
    await writeFile(file, "\uFEFFSELECT 1 AS a;\n");
    expect((await query("-f", file)).stdout).toBe("a\r\n1\r\n");
    for (const args of [["-f", "-"], []]) {
      const piped = await runFrontDoor(["query", ...args], { env: env(), input: "SELECT 2 AS a" });
      expect(piped.stdout).toBe("a\r\n2\r\n");
    }
    const empty = await runFrontDoor(["query"], { env: env() });
    expect([empty.code, empty.stderr]).toEqual([
      2,
      "Error: The statement is empty: give it as the argument, with -f, or on standard input.\n",
    ]);
  });

  it("writes an Arrow stream and a Parquet file with exact values, by the ending of the file", async () => {
    const parquet = join(folder, "hard.parquet");
    expect(await query(hardValues, "--output-file", parquet)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(await inDuckDb(`FROM '${parquet}' ORDER BY n`)).toEqual([
      {
        n: 1,
        l: "9007199254740993",
        d: "12345678901234567890.123456789",
        t: "2024-01-31 12:00:00.123456+00",
        z: -0,
        q: "NaN",
        s: 'a,"b"\n😀',
        a: [1, null],
        m: [{ key: "k", value: "1.20" }],
        o: { x: "-9223372036854775808" },
        b: "bytes",
      },
      { n: 2, l: null, d: null, t: null, z: null, q: null, s: "", a: null, m: null, o: null, b: null },
    ]);
    const arrow = join(folder, "hard.arrow");
    expect((await query(hardValues, "--output-file", arrow)).code).toBe(0);
    const reply = await stack.call("POST", "/api/query", {
      json: { sql: hardValues },
      headers: { accept: "application/vnd.apache.arrow.stream" },
    });
    // Not byte for byte: what is in the place of a NULL is anybody's.
    expect(contentOf(await readFile(arrow))).toEqual(contentOf(reply.bytes));
    const empty = join(folder, "empty.parquet");
    expect((await query("SELECT 1 AS a WHERE false", "--output-file", empty)).code).toBe(0);
    expect(await inDuckDb(`DESCRIBE FROM '${empty}'`)).toMatchObject([
      { column_name: "a", column_type: "INTEGER" },
    ]);
  });

  it("writes many rows to Parquet, each of them exact, at flat memory", async () => {
    const file = join(folder, "many.parquet");
    const sql = `SELECT id, id * 4611686018427 AS l, CAST(id AS DECIMAL(20,4)) / 10000 AS d, concat('name ', id) AS s,
      timestamp_micros(1700000000000000 + id) AS t, named_struct('x', id, 'y', array(id, id + 1)) AS o FROM range(${rows})`;
    const run = await runFrontDoor(["query", sql, "--output-file", file], { env: env() });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const [checked] = await inDuckDb(`SELECT count(*) AS c, count(DISTINCT id) AS ids, count(*) FILTER (
      l = id * 4611686018427 AND d * 10000 = id AND s = 'name ' || id AND epoch_us(t) = 1700000000000000 + id
      AND o.x = id AND o.y = [id, id + 1]) AS exact FROM '${file}'`);
    expect(checked).toEqual({ c: String(rows), ids: String(rows), exact: String(rows) });
    const memory = Math.round(run.maxMemoryMiB);
    process.stdout.write(`${rows} rows: ${(await stat(file)).size} bytes, at most ${memory} MiB of memory\n`);
    expect(run.maxMemoryMiB).toBeLessThan(400);
  }, 600_000);

  it("fails and leaves no file when the result is cut, in every format", async () => {
    const reply = await stack.call("POST", "/api/query", {
      json: { sql: "SELECT id FROM range(200000)" },
      headers: { accept: "application/vnd.apache.arrow.stream" },
    });
    const ndjson =
      '{"columns":[{"name":"a","type":"INT","type_text":"INT","nullable":true,"position":0}]}\n[1]\n[2]\n';
    // Ends as if it were whole: only the content shows that it is not.
    const server = createServer((request, response) => {
      const isArrow = String(request.headers.accept).includes("arrow");
      request.resume().on("end", () => response.end(isArrow ? reply.bytes.subarray(0, -8) : ndjson));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const format of ["table", "json", "ndjson", "csv", "arrow", "parquet"]) {
      const file = join(folder, `cut.${format}`);
      const args = ["query", "SELECT 1", "-o", format, "--output-file", file];
      const { code, stderr } = await runInProcess(args, { FRONT_DOOR_URL: url });
      expect({ format, code, stderr }).toEqual({
        format,
        code: 1,
        stderr: expect.stringContaining("REPLY_CUT") as string,
      });
    }
    expect((await readdir(folder)).filter((name) => name.startsWith("cut"))).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("ends at Ctrl-C while it reads the statement from standard input", async () => {
    // The warning tells that the command has begun.
    const env = { FRONT_DOOR_URL: "http://front-door.invalid", FRONT_DOOR_TOKEN: "a-token" };
    const { code, stderr } = await runFrontDoor(["query", "-f", "-"], {
      env,
      keepsInputOpen: true,
      onStart: (child) => child.stderr?.once("data", () => child.kill("SIGINT")),
    });
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(/^Warning: .*\nInterrupted\.\n$/) as string,
    });
  });

  it("says at Ctrl-C that the statement is cancelled", async () => {
    let child: ChildProcess | undefined;
    const server = createServer(() => child?.kill("SIGINT")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runFrontDoor(["query", "SELECT 1"], {
      env: { FRONT_DOOR_URL: `http://127.0.0.1:${port}` },
      onStart: (started) => {
        child = started;
      },
    });
    server.close();
    expect([code, stderr]).toEqual([130, "Interrupted. The front door cancels the statement.\n"]);
  });

  it("writes to its own file only, and through no link that somebody put where it could write first", async () => {
    const [file, victim] = [join(folder, "planted.csv"), join(folder, "victim")];
    await writeFile(victim, "untouched");
    const { code } = await runFrontDoor(["query", "SELECT 1 AS a", "--output-file", file], {
      env: env(),
      onStart: ({ pid }) => {
        for (const name of [`${file}.part`, `${file}.${pid}.part`]) symlinkSync(victim, name);
      },
    });
    expect(code).toBe(0);
    expect(await readFile(victim, "utf8")).toBe("untouched");
    expect((await lstat(file)).isFile()).toBe(true);
  });

  it("ends without a word when its reader has seen enough", async () => {
    const command = `'${process.execPath}' '${program}' query 'SELECT id FROM range(1000000)' | head -n 1`;
    const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command], {
      env: { PATH: process.env["PATH"], ...env() },
    });
    expect({ stdout, stderr }).toEqual({ stdout: "id\r\n", stderr: "" });
  });

  it("refuses two columns of one name where rows are objects, and says what to do", async () => {
    const { code, stderr } = await query("SELECT 1 AS a, 2 AS a", "-o", "json");
    expect(code).toBe(1);
    expect(stderr).toContain('Two columns are named "a": rename one with AS.');
  });
});

describe("front-door on a terminal", () => {
  it("prints no control character of a value, in any format for people", async () => {
    const escapes = "SELECT concat(chr(27), '[2J', chr(7), chr(155), 'x') AS a";
    for (const args of [[], ["-o", "csv"], ["-o", "json"], ["-o", "ndjson"]]) {
      const output = await onTerminal(["query", escapes, ...args]);
      expect(output).toMatch(/\\u001b\[2J\\u0007\\u009bx/);
      for (const control of ["\u0007", "\u001b", "\u009b"]) expect(output).not.toContain(control);
    }
  });

  it("refuses to print Parquet and Arrow", async () => {
    expect(await onTerminal(["query", "SELECT 1", "-o", "parquet"])).toContain(
      "A terminal cannot show parquet",
    );
  });
});

async function onTerminal(args: readonly string[]): Promise<string> {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const { stdout } = await promisify(execFile)("script", ["-qc", words.join(" "), "/dev/null"], {
    env: { PATH: process.env["PATH"], XDG_CONFIG_HOME: folder, ...env() },
  });
  return stdout;
}
