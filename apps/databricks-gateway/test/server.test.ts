import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { secret, startWorkspace, tokenOf, until } from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
const running: ChildProcess[] = [];

beforeAll(async () => {
  workspace = await startWorkspace();
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  workspace.clearFaults();
});
afterAll(() => workspace.close());

interface Server {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

function start(environment: Record<string, string>): Server {
  const main = join(import.meta.dirname, "../src/server.ts");
  const env = { PATH: process.env["PATH"], HOME: import.meta.dirname, ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return { child, exited, output: () => output };
}

const settings = () => ({
  GATEWAY_PORT: "0",
  GATEWAY_SECRET: secret,
  DATABRICKS_HOST: workspace.url,
  DATABRICKS_TOKEN: tokenOf.alice,
});

async function urlOf(server: Server): Promise<string> {
  for (let wait = 0; wait < 200 && !server.output().includes("listening"); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0] ?? "";
}

function run(url: string) {
  const headers = { "content-type": "application/json", "x-gateway-secret": secret };
  return request(`${url}/run`, { method: "POST", headers, body: '{"op":"me"}' });
}

test("a bad setting is one line on stderr and exit code 2", async () => {
  const server = start({ ...settings(), DATABRICKS_HOST: "http://example.com" });
  expect(await server.exited).toBe(2);
  expect(server.output()).toMatch(/^DATABRICKS_HOST must begin with https:\/\/.*\n$/);
});

test("a port that is taken is exit code 2 and named", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const server = start({ ...settings(), GATEWAY_PORT: String(port) });
  expect(await server.exited).toBe(2);
  expect(server.output()).toContain(`GATEWAY_PORT ${port} is taken`);
  other.close();
});

test("it listens on loopback, keeps its secrets from its environment, and SIGTERM lets running requests end", async () => {
  const server = start(settings());
  const url = await urlOf(server);
  expect((await run(url)).statusCode).toBe(200);
  expect(server.output()).not.toMatch(/local-token|a-secret-of-the-tests/);

  workspace.clearRequests();
  workspace.addFault({ delayMs: 400 });
  const slow = run(url);
  await until(() => workspace.openRequests() === 1, "the request is at Databricks");
  server.child.kill("SIGTERM");
  expect((await slow).statusCode).toBe(200);
  const answeredAt = performance.now();
  expect(await server.exited).toBe(0);
  // The caller's kept-alive connection does not hold it.
  expect(performance.now() - answeredAt).toBeLessThan(3_000);
  await expect(run(url)).rejects.toThrow(/ECONNREFUSED/);
});

test("the template names every setting that the gateway reads", async () => {
  const source = await readFile(join(import.meta.dirname, "../src/config/settings.ts"), "utf8");
  const template = await readFile(join(import.meta.dirname, "../.env.template"), "utf8");
  const read = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
  const named = [...template.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(read));
});
