import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { settingNames } from "@front-door/service-runtime";
import { Client, request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { settings as definition } from "../src/config/settings.ts";
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
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, HOME: import.meta.dirname, ...environment };
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

let port: string;
beforeEach(async () => {
  port = await freePort();
});
const settings = () => ({
  GATEWAY_PORT: port,
  GATEWAY_SECRET: secret,
  DATABRICKS_HOST: workspace.url,
  DATABRICKS_TOKEN: tokenOf.alice,
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

async function listening(server: Server): Promise<void> {
  await until(() => server.output().includes('"msg":"listening"'), "it listens");
}

async function urlOf(server: Server): Promise<string> {
  await listening(server);
  return `http://127.0.0.1:${port}`;
}

function run(url: string, dispatcher?: Client) {
  const headers = { "content-type": "application/json", "x-gateway-secret": secret };
  const options = { method: "POST", headers, body: '{"op":"me"}' } as const;
  return request(`${url}/run`, { ...options, ...(dispatcher && { dispatcher }) });
}

test("every bad setting gets one line on stderr, and the exit code is 2", async () => {
  const server = start({
    ...settings(),
    GATEWAY_PORT: "0",
    DATABRICKS_HOST: "http://example.com",
    DATABRICKS_TOKEN: "",
    DATABRICKS_TOKEN_FILE: "/nowhere/token",
    READ_ONLY: "yes",
    AUDIT_LOG: "/nowhere/audit.log",
  });
  expect(await server.exited).toBe(2);
  expect(server.output().split("\n")).toEqual([
    expect.stringMatching(/^DATABRICKS_TOKEN_FILE cannot be read \(ENOENT\): /),
    "GATEWAY_PORT must be between 1 and 65535 (got 0)",
    expect.stringMatching(/^DATABRICKS_HOST must begin with https:\/\//),
    "READ_ONLY must be true or false (got yes)",
    expect.stringMatching(/^AUDIT_LOG cannot be written \(ENOENT\): /),
    "",
  ]);
});

test("a port in use is named, and the exit code is 2", async () => {
  const other = createServer().listen(Number(port), "127.0.0.1");
  await once(other, "listening");
  const server = start(settings());
  expect(await server.exited).toBe(2);
  expect(server.output()).toContain(`GATEWAY_PORT ${port} is in use`);
  other.close();
});

test("it listens on its port and its socket, names kind and principal in its log, shows no secret, takes up a new token on SIGHUP, and SIGTERM lets running requests end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const socketPath = join(folder, "gateway.sock");
  const file = join(folder, "token");
  await writeFile(file, tokenOf.alice);
  const server = start({
    ...settings(),
    DATABRICKS_TOKEN: "",
    DATABRICKS_TOKEN_FILE: file,
    GATEWAY_SOCKET: socketPath,
    READONLY: "true",
  });
  const url = await urlOf(server);
  expect(server.output()).toContain("READONLY is not a setting and is ignored: did you mean READ_ONLY?");
  const lines = () =>
    server
      .output()
      .split("\n")
      .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : []));
  await until(() => lines().some(({ msg }) => msg === "identities"), "its name is known");
  expect(lines().find(({ msg }) => msg === "identities")).toMatchObject({
    workspaces: [{ name: "default", identity: { kind: "pat", principal: "alice@example.com" } }],
  });
  await writeFile(file, tokenOf.bob);
  server.child.kill("SIGHUP");
  await until(() => lines().some(({ msg }) => msg === "identity replaced"), "it is replaced");
  expect((await run(url)).statusCode).toBe(200);
  // Audit lines go to standard output.
  await until(() => lines().some(({ log }) => log === "audit"), "its audit line");
  expect(lines().find(({ log }) => log === "audit")).toMatchObject({
    identity: { kind: "pat", principal: "bob@example.com" },
    operation: "me",
    outcome: "ok",
  });

  const overSocket = new Client("http://gateway", { socketPath });
  workspace.clearRequests();
  workspace.addFault({ delayMs: 1_500, times: 2 });
  const slow = [run(url), run("http://gateway", overSocket)];
  await until(() => workspace.openRequests() === 2, "both requests are at Databricks");
  server.child.kill("SIGTERM");
  expect((await Promise.all(slow)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  // The callers' kept-alive connections do not hold it.
  expect(await server.exited).toBe(0);
  await expect(run(url)).rejects.toThrow(/ECONNREFUSED/);
  expect(server.output()).not.toMatch(/local-token|a-secret-of-the-tests/);
  await overSocket.destroy();
  await rm(folder, { recursive: true });
});

test("SIGTERM makes it not ready at once, and it serves everything for DRAIN_MS, each reply the last of its connection", async () => {
  const server = start({ ...settings(), DRAIN_MS: "60000" });
  const url = await urlOf(server);
  const ready = async () => {
    const { statusCode, body } = await request(`${url}/ready`);
    return [statusCode, await body.text()];
  };
  expect(await ready()).toMatchObject([200, expect.stringContaining('"ready"')]);
  server.child.kill("SIGTERM");
  await expect.poll(ready).toMatchObject([503, expect.stringContaining("The gateway is stopping.")]);
  const { statusCode, headers } = await run(url);
  expect([statusCode, headers.connection]).toEqual([200, "close"]);
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
});

// By an error that is thrown: scripts/secret-scan.test.ts.
test("a workspace that does not answer is a warning and no reason not to serve, and a defect that ends it says no secret, whatever the error holds", async () => {
  workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 500, body: "" });
  // The error has the whole environment in its message, in its fields and in its cause.
  const crash = `
    const everything = JSON.stringify(process.env);
    process.on("SIGUSR2", () => {
      const error = new Error("out: " + everything, { cause: new TypeError("in: " + everything) });
      error.request = { headers: { authorization: everything } };
      void Promise.reject(error);
    });`;
  const server = start({
    ...settings(),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
  });
  const url = await urlOf(server);
  await until(() => server.output().includes("own identity not known yet"), "the warning");
  expect((await request(`${url}/ready`)).statusCode).toBe(200);

  server.child.kill("SIGUSR2");
  expect(await server.exited).toBe(1);
  expect(server.output()).toContain("Error: out: ");
  expect(server.output()).toContain("[redacted]");
  expect(server.output()).not.toMatch(/local-token|a-secret-of-the-tests/);
});

test("the template names every setting that the gateway reads", async () => {
  const template = await readFile(join(import.meta.dirname, "../.env.template"), "utf8");
  const named = [...template.matchAll(/^([A-Za-z_]+)=/gm)].map(([, name]) => String(name));
  expect(named.toSorted()).toEqual(settingNames(definition).toSorted());
});
