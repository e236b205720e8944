import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { type Dispatcher, Pool } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { rowsOf, ThriftClient } from "../test/thrift-client.ts";
import { FILES, send, temporaryDir } from "../test/under-test.ts";

async function startProcess(): Promise<{ url: string; child: ChildProcess; pool: Dispatcher }> {
  const child = spawn(process.execPath, [new URL("server.ts", import.meta.url).pathname], {
    env: {
      PATH: process.env.PATH,
      LOCAL_WORKSPACE_DIR: await temporaryDir(),
      LOCAL_WORKSPACE_PORT: "0",
      LOCAL_WORKSPACE_TLS: "false",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5000);
    expect((await ended)[0], "it stops by itself").toBe(0);
    clearTimeout(late);
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = `http://${/127\.0\.0\.1:\d+/.exec(line.toString())![0]}`;
  const pool = new Pool(url);
  onTestFinished(() => pool.destroy());
  return { url, child, pool };
}

test("slow statements do not delay file reads: the process has threads for both", async () => {
  const { pool } = await startProcess();
  const call = (method: string, path: string, options = {}) => send(pool, method, path, options);
  const client = new ThriftClient(call);
  const session = await client.session();
  const slow =
    "SELECT count(*) FROM range(0, 300000) AS a JOIN range(0, 300000) AS b ON a.id % 7 < b.id % 11";
  const running = await Promise.all(
    Array.from({ length: 12 }, () => client.execute(session, slow, { getDirectResults: undefined })),
  );
  const started = performance.now();
  expect((await call("GET", `${FILES}/README.txt`)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(1000);
  for (const { operationHandle } of running) {
    expect((await client.status(operationHandle!)).operationState).toBe(1);
  }
  await client.closeSession(session);
});

test.runIf(process.platform === "linux")(
  "statements compute at a lower priority than the event loop",
  async () => {
    const { pool, child } = await startProcess();
    const client = new ThriftClient((method, path, options) => send(pool, method, path, options));
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

test("the process starts with sample data to query", async () => {
  const { pool } = await startProcess();
  const client = new ThriftClient((method, path, options) => send(pool, method, path, options));
  const session = await client.session();
  const { operationHandle } = await client.execute(
    session,
    `SELECT (SELECT count(*) FROM samples.nyctaxi.trips), (SELECT count(*) FROM samples.tpch.orders),
       (SELECT count(*) FROM samples.tpch.customer), (SELECT count(*) FROM samples.tpch.nation)`,
    { getDirectResults: undefined },
  );
  const { arrowSchema } = await client.metadata(operationHandle!);
  expect(rowsOf(arrowSchema!, await client.fetch(operationHandle!, 10))).toEqual([
    [40_000n, 50_000n, 10_000n, 25n],
  ]);
});
