import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openAuditSink } from "../src/audit/audit-sink.ts";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  until,
} from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

type Line = Record<string, unknown>;

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());
afterEach(async () => {
  await gateway.close();
  workspace.clearFaults();
});

const settings = { DATABRICKS_TOKEN: "local-token-alice", DATABRICKS_HTTP_PATH: warehousePath };
const files = "/Volumes/main/default/files";
const volume = { catalog: "main", schema: "default" };
let count = 0;
const newName = () => `audited_${count++}`;

/** A disk that takes each line only when it is told to. */
function slowDisk() {
  const lines: Line[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const parse = (line: string) => JSON.parse(line) as Line;
  return {
    /** On the disk, or on their way to it. */
    lines,
    waiting: () => waiting.length,
    take: () => waiting.shift()?.resolve(),
    fail: () => waiting.shift()?.reject(Object.assign(new Error("full"), { code: "ENOSPC" })),
    sink: {
      write: (line: string) => void lines.push(parse(line)),
      durable: {
        append(line: string) {
          lines.push(parse(line));
          const taken = Promise.withResolvers<void>();
          waiting.push(taken);
          return taken.promise;
        },
        check: async () => undefined,
      },
      close: async () => undefined,
    },
  };
}

describe("with AUDIT_DURABILITY=strict,", () => {
  let disk: ReturnType<typeof slowDisk>;
  beforeEach(async () => {
    disk = slowDisk();
    gateway = await startGateway(workspace.url, settings, { auditSink: disk.sink });
    workspace.clearRequests();
    workspace.clearStatements();
  });

  const mutations: [string, () => Promise<Answer>][] = [
    ["create_volume", () => gateway.run("create_volume", { ...volume, name: newName() })],
    ["ensure_volume", () => gateway.run("ensure_volume", { ...volume, name: "files" })],
    ["create_directory", () => gateway.run("create_directory", { path: `${files}/${newName()}` })],
    ["delete_file", () => gateway.run("delete_file", { path: `${files}/readme.txt` })],
    ["write_file", () => gateway.upload({ path: `${files}/${newName()}` }, "12345")],
    [
      "execute_query",
      () => gateway.run("execute_query", { sql: `CREATE TABLE main.default.${newName()} (a INT)` }),
    ],
    [
      "execute_query",
      () =>
        gateway.run("execute_query", {
          sql: `CREATE TABLE main.default.${newName()} (a INT)`,
          format: "ndjson",
        }),
    ],
    ["submit_statement", () => gateway.run("submit_statement", { sql: "OPTIMIZE main.default.nowhere" })],
    ["cancel_statement", () => gateway.run("cancel_statement", { statement_id: "01ef" })],
    [
      "a query that calls a function of the workspace",
      () => gateway.run("execute_query", { sql: "SELECT main.default.f(1)" }),
    ],
    ["an operation that fails", () => gateway.run("delete_volume", { ...volume, name: "nowhere" })],
  ];

  test.each(mutations)(
    "%s starts once its first audit line is on the disk, and is answered once its last one is",
    async (_op, act) => {
      let isAnswered = false;
      const call = act().finally(() => {
        isAnswered = true;
      });
      await until(() => disk.waiting() === 1, "the first line is being written");
      expect(disk.lines).toMatchObject([{ outcome: "started", operation: expect.any(String) }]);
      expect([workspace.requests(), workspace.statements()]).toEqual([[], []]);
      disk.take();
      await until(() => disk.waiting() === 1, "the last line is being written");
      const [started, ended] = disk.lines;
      expect(ended?.["request_id"]).toBe(started?.["request_id"]);
      expect(started?.["audit_id"]).toEqual(expect.any(String));
      expect(ended?.["audit_id"]).toBe(started?.["audit_id"]);
      expect(ended?.["target"]).toEqual(started?.["target"]);
      // Long enough for a reply that does not wait.
      await gateway.run("list_catalogs");
      expect(isAnswered).toBe(false);
      disk.take();
      const { status, body } = await call;
      expect(ended).toMatchObject(
        status < 400 ? { outcome: "ok", status } : { outcome: body.error_code, status },
      );
      expect(disk.lines.filter((line) => line["request_id"] === started?.["request_id"])).toHaveLength(2);
    },
  );

  test("a change of the front door's own setting is allowed once both audit lines are on the disk", async () => {
    const call = fetch(`${gateway.url}/authorize`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gateway-secret": secret },
      body: JSON.stringify({ operation: "put_uc_schema" }),
    });
    for (const outcome of ["started", "ok"]) {
      await until(() => disk.waiting() === 1, "a line is being written");
      expect(disk.lines.at(-1)).toMatchObject({ operation: "put_uc_schema", outcome });
      disk.take();
    }
    expect((await call).status).toBe(204);
  });

  test("a change is refused if its first audit line cannot be written, and nothing is sent to Databricks", async () => {
    const call = gateway.run("create_volume", { ...volume, name: newName() });
    await until(() => disk.waiting() === 1, "the first line is being written");
    disk.fail();
    const answer = await call;
    expect(errorOf(answer)).toMatchObject({ status: 503, error_code: "AUDIT_UNAVAILABLE", retryable: true });
    expect(errorOf(answer).error).toContain("cannot be written (ENOSPC)");
    expect(errorOf(answer)).not.toHaveProperty("outcome");
    expect(answer.headers["retry-after"]).toBe("5");
    expect(workspace.requests()).toEqual([]);
    expect(disk.lines.at(-1)).toMatchObject({ outcome: "AUDIT_UNAVAILABLE", status: 503 });
  });

  test("a change is answered with what happened if its last audit line cannot be written", async () => {
    const name = newName();
    const call = gateway.run("create_volume", { ...volume, name });
    await until(() => disk.waiting() === 1, "the first line is being written");
    disk.take();
    await until(() => disk.waiting() === 1, "the last line is being written");
    disk.fail();
    expect(await call).toMatchObject({ status: 200, body: { name } });
  });

  test("a change whose caller hangs up ends with one audit line, which says that its effect is unknown", async () => {
    workspace.addFault({ method: "POST", path: "/api/2.1/unity-catalog/volumes", delayMs: 60_000 });
    const controller = new AbortController();
    const call = gateway.run("create_volume", { ...volume, name: newName() }, { signal: controller.signal });
    await until(() => disk.waiting() === 1, "the first line is being written");
    disk.take();
    await until(() => workspace.openRequests() === 1, "it runs");
    controller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await until(() => disk.waiting() === 1, "the last line is being written");
    disk.take();
    await gateway.run("list_catalogs");
    await until(() => disk.lines.length === 3, "the line of the query");
    expect(disk.lines).toMatchObject([
      { outcome: "started" },
      { outcome: "cancelled", effect: "unknown", status: 499 },
      { operation: "list_catalogs", outcome: "ok" },
    ]);
  });

  test.each([
    ["list_catalogs", {}],
    ["read_file", { path: `${files}/readme.txt` }],
    ["execute_query", { sql: "SELECT upper('a')" }],
    ["submit_statement", { sql: "SHOW SCHEMAS IN main" }],
  ])("%s only reads and does not wait for its audit line", async (op, params) => {
    const { status } = await gateway.run(op, params);
    expect(status).toBeLessThan(500);
    await until(() => disk.lines.length === 1, "its line");
    expect(disk.waiting()).toBe(0);
  });
});

const ready = async () => {
  const reply = await fetch(`${gateway.url}/ready`);
  return { status: reply.status, body: (await reply.json()) as Line };
};
const makeDirectory = () => gateway.run("create_directory", { path: `${files}/${newName()}` });

describe("an audit file", () => {
  let folder: string;
  let log: string;
  let lostLines: number;
  beforeEach(() => {
    lostLines = 0;
    folder = mkdtempSync(join(tmpdir(), "audit-durability-"));
    log = join(folder, "audit.log");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const countLost = (line: string) => {
    lostLines += (JSON.parse(line) as { lines: number }).lines;
  };

  const start = async (durability: "strict" | "relaxed", path = log) => {
    const config = {
      log: path,
      durability,
      fileBytesMax: 1_000_000,
      filesMax: 2,
      sql: false,
      parameters: false,
    };
    const auditSink = openAuditSink(config, pino({ level: "error" }, { write: countLost }));
    gateway = await startGateway(workspace.url, settings, { auditSink });
  };
  const lines = () =>
    readFileSync(log, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);

  test("has both lines of a change when the reply arrives", async () => {
    await start("strict");
    expect((await makeDirectory()).status).toBe(200);
    expect(lines()).toMatchObject([{ outcome: "started" }, { outcome: "ok", status: 200 }]);
  });

  test("has both lines of each of 100 simultaneous changes", async () => {
    await start("strict");
    const answers = await Promise.all(Array.from({ length: 100 }, makeDirectory));
    const written = lines();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const idsOf = (outcome: string) =>
      written.filter((line) => line["outcome"] === outcome).map((line) => line["request_id"]);
    expect(idsOf("started")).toHaveLength(100);
    expect(new Set(idsOf("ok"))).toEqual(new Set(idsOf("started")));
    expect(idsOf("ok")).toHaveLength(100);
  });

  test("that was deleted makes the gateway refuse changes and say why, until it is back", async () => {
    await start("strict");
    expect((await ready()).status).toBe(200);
    rmSync(folder, { recursive: true });
    const refused = await makeDirectory();
    expect(errorOf(refused)).toMatchObject({ status: 503, error_code: "AUDIT_UNAVAILABLE", retryable: true });
    expect(await ready()).toMatchObject({
      status: 503,
      body: {
        error_code: "AUDIT_UNAVAILABLE",
        error: expect.stringContaining("audit log cannot be written (ENOENT)"),
      },
    });
    expect((await gateway.run("list_catalogs")).status).toBe(200);
    // Two of the change, and that of the list, which is written in the background.
    await until(() => lostLines === 3, "the lines are lost");
    mkdirSync(folder);
    await expect.poll(async () => (await ready()).status).toBe(200);
    expect((await makeDirectory()).status).toBe(200);
    expect(lines()).toMatchObject([
      { log: "audit", lost_lines: expect.any(Number) },
      { outcome: "started" },
      { outcome: "ok" },
    ]);
  });

  test.each([
    ["on a full disk", "ENOSPC", () => "/dev/full"],
    ["whose place a folder has taken", "EISDIR", () => folder],
    ["in a folder that does not exist", "ENOENT", () => join(folder, "none", "audit.log")],
  ])("%s makes /ready fail with the reason before anything is refused", async (_where, code, path) => {
    await start("strict", path());
    // A full disk shows only when something is written.
    if (code === "ENOSPC") await gateway.run("list_catalogs");
    await expect.poll(async () => (await ready()).body["error"]).toContain(`cannot be written (${code})`);
    expect(errorOf(await makeDirectory()).error_code).toBe("AUDIT_UNAVAILABLE");
  });

  test("with AUDIT_DURABILITY=relaxed delays and refuses nothing", async () => {
    await start("relaxed");
    rmSync(folder, { recursive: true });
    expect((await makeDirectory()).status).toBe(200);
    expect((await ready()).status).toBe(200);
    await until(() => lostLines === 1, "the line is lost");
    mkdirSync(folder);
    expect((await makeDirectory()).status).toBe(200);
    await expect.poll(() => lines()).toMatchObject([{ lost_lines: 1 }, { outcome: "ok" }]);
  });
});
