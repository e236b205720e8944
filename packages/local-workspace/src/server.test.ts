import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { beforeAll, expect, test } from "vitest";
import { rowsOf, ThriftClient } from "../test/thrift-client.ts";
import { FILES, send } from "../test/under-test.ts";
import type { SeenStatement } from "./sql/statement-log.ts";

let child: ChildProcess;
let pool: Pool;
const call = (method: string, path: string, options = {}) => send(pool, method, path, options);
const client = new ThriftClient(call);

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "local-workspace-"));
  child = spawn(process.execPath, [new URL("server.ts", import.meta.url).pathname], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOCAL_WORKSPACE_DIR: dir,
      LOCAL_WORKSPACE_PORT: "0",
      LOCAL_WORKSPACE_TLS: "false",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
    // Ends it when the tests cannot.
    timeout: 5 * 60_000,
    killSignal: "SIGKILL",
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  pool = new Pool(`http://${/127\.0\.0\.1:\d+/.exec(line.toString())![0]}`);
  return async () => {
    await pool.destroy();
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`it ended with ${code} on SIGTERM`);
    await rm(dir, { recursive: true });
  };
});

test("the process starts with sample data to query", async () => {
  const session = await client.session();
  const { operationHandle } = await client.execute(
    session,
    `SELECT (SELECT count(*) FROM samples.nyctaxi.trips), (SELECT count(*) FROM samples.tpch.orders),
       (SELECT count(*) FROM samples.tpch.customer), (SELECT count(*) FROM samples.tpch.nation)`,
    { getDirectResults: undefined },
  );
  const { arrowSchema } = await client.metadata(operationHandle!);
  expect(rowsOf(arrowSchema, await client.fetch(operationHandle!, 10))).toEqual([
    [40_000n, 50_000n, 10_000n, 25n],
  ]);
});

test.runIf(process.platform === "linux")(
  "statements compute at a lower priority than the event loop",
  async () => {
    const session = await client.session();
    await client.execute(session, "SELECT count(*) FROM range(0, 10000000)", { getDirectResults: undefined });
    const threads = `/proc/${child.pid}/task`;
    const priorities = new Set<string>();
    for (const thread of await readdir(threads)) {
      const [, name, rest = ""] = /\((.*)\) (.*)/.exec(await readFile(`${threads}/${thread}/stat`, "utf8"))!;
      // The 19th field of proc(5)'s stat.
      priorities.add(`${name} ${rest.split(" ")[16]}`);
    }
    expect(priorities).toContain("MainThread 0");
    expect([...priorities].filter((each) => each.startsWith("libuv-worker"))).toEqual(["libuv-worker 10"]);
  },
);

test("slow statements do not delay file reads: the process has threads for both", async () => {
  const session = await client.session();
  const slow =
    "SELECT count(*) FROM range(0, 300000) AS a JOIN range(0, 300000) AS b ON a.id % 7 < b.id % 11";
  await Promise.all(
    Array.from({ length: 12 }, () => client.execute(session, slow, { getDirectResults: undefined })),
  );
  expect((await call("GET", `${FILES}/README.txt`)).status).toBe(200);
  // GetOperationStatus would wait for each of them, while all compute.
  const { statements } = (await call("GET", "/_local/statements")).json as { statements: SeenStatement[] };
  const seen = statements.filter(({ statement }) => statement === slow);
  expect(seen.map(({ state, waiting }) => (waiting ? "waiting" : state))).toEqual(Array(12).fill("running"));
  await client.closeSession(session);
});
