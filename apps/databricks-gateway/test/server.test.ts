import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { Client, request } from "undici";
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

async function listening(server: Server): Promise<void> {
  for (let wait = 0; wait < 200 && !server.output().includes("listening"); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function urlOf(server: Server): Promise<string> {
  await listening(server);
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

test("a mounted secret that cannot be read is one line that names its setting, and exit code 2", async () => {
  const server = start({ ...settings(), DATABRICKS_TOKEN: "", DATABRICKS_TOKEN_FILE: "/nowhere/token" });
  expect(await server.exited).toBe(2);
  expect(server.output()).toMatch(/^DATABRICKS_TOKEN_FILE cannot be read \(ENOENT\): .*\n$/);
});

test("an audit file that cannot be written is exit code 2 and named", async () => {
  const server = start({ ...settings(), AUDIT_LOG: "/nowhere/audit.log" });
  expect(await server.exited).toBe(2);
  expect(server.output()).toMatch(/^AUDIT_LOG cannot be written \(ENOENT\): .*\n$/);
});

test("the log names kind and principal, audit lines go to standard output, and SIGHUP takes up a new token", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-server-"));
  const file = join(folder, "token");
  await writeFile(file, tokenOf.alice);
  const server = start({ ...settings(), DATABRICKS_TOKEN: "", DATABRICKS_TOKEN_FILE: file });
  const url = await urlOf(server);
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
  await run(url);
  await until(() => lines().some(({ log }) => log === "audit"), "its audit line");
  expect(lines().find(({ log }) => log === "audit")).toMatchObject({
    identity: { kind: "pat", principal: "bob@example.com" },
    operation: "me",
    outcome: "ok",
  });
  expect(server.output()).not.toContain("local-token");
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  await rm(folder, { recursive: true });
});

test("a workspace that does not answer is a warning and no reason not to serve", async () => {
  workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 500, body: "" });
  const server = start(settings());
  const url = await urlOf(server);
  await until(() => server.output().includes("who the gateway is there is not known"), "the warning");
  expect((await request(`${url}/ready`)).statusCode).toBe(200);
});

test.each(["throw", "reject"])(
  "a defect that ends it says no secret, whatever the error holds (%s)",
  async (how) => {
    // The error has the whole environment in its message, in its fields and in its cause.
    const crash = `
    const everything = JSON.stringify(process.env);
    process.on("SIGUSR2", () => {
      const error = new Error("out: " + everything, { cause: new TypeError("in: " + everything) });
      error.request = { headers: { authorization: everything } };
      ${how === "throw" ? "throw error" : "void Promise.reject(error)"};
    });`;
    const server = start({
      ...settings(),
      DATABRICKS_CLIENT_ID: "a-client",
      DATABRICKS_CLIENT_SECRET: "a-secret-in-the-environment",
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    });
    await urlOf(server);
    server.child.kill("SIGUSR2");
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain("Error: out: ");
    expect(server.output()).toContain("[redacted]");
    expect(server.output()).not.toMatch(/local-token|a-secret-of-the-tests|a-secret-in-the-environment/);
  },
);

test("the template names every setting that the gateway reads", async () => {
  const source = await readFile(join(import.meta.dirname, "../src/config/settings.ts"), "utf8");
  const template = await readFile(join(import.meta.dirname, "../.env.template"), "utf8");
  const read = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
  const named = [...template.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(read));
});

test("a Unix socket takes the port's place, for this user alone, and one that was left there is no hindrance", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const socketPath = join(folder, "gateway.sock");
  const withSocket = { ...settings(), GATEWAY_SOCKET: socketPath };
  const killed = start(withSocket);
  await listening(killed);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  killed.child.kill("SIGKILL");
  await killed.exited;

  const server = start(withSocket);
  await listening(server);
  const client = new Client("http://127.0.0.1:0", { socketPath });
  const call = (headers: Record<string, string>) =>
    client.request({ path: "/run", method: "POST", headers, body: '{"op":"me"}' });
  const json = { "content-type": "application/json", host: "127.0.0.1:0" };
  expect((await call({ ...json, "x-gateway-secret": secret })).statusCode).toBe(200);
  expect((await call(json)).statusCode).toBe(401);
  expect((await call({ ...json, host: "evil.example" })).statusCode).toBe(403);
  await client.destroy();

  const second = start(withSocket);
  expect(await second.exited).toBe(2);
  expect(second.output()).toMatch(/^GATEWAY_SOCKET .* is taken/);
  await rm(folder, { recursive: true });
});

test("a Unix socket is never made where another user could reach it, nor in the place of a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const socketPath = join(folder, "gateway.sock");
  await chmod(folder, 0o755);
  const open = start({ ...settings(), GATEWAY_SOCKET: socketPath });
  expect(await open.exited).toBe(2);
  expect(open.output()).toMatch(/^GATEWAY_SOCKET: .* nobody else can enter/);
  await chmod(folder, 0o700);
  await writeFile(socketPath, "kept");
  const file = start({ ...settings(), GATEWAY_SOCKET: socketPath });
  expect(await file.exited).toBe(2);
  expect(await readFile(socketPath, "utf8")).toBe("kept");
  await rm(folder, { recursive: true });
});
