import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatewaySecret, type LogLine, type Stack, startStack, volume } from "./start-stack.ts";

const script = fileURLToPath(new URL("../src/server.ts", import.meta.url));
const keyTool = fileURLToPath(new URL("../src/make-api-key.ts", import.meta.url));
let stack: Stack;
const running: FrontDoor[] = [];
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await stack.close();
});

interface FrontDoor {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: LogLine[];
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function start(environment: Record<string, string>): FrontDoor {
  const child = spawn(process.execPath, [script], {
    env: {
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      SETTINGS_FILE: `${stack.settingsFile}.absent`,
      PORT: "0",
      GATEWAY_PORT: String(stack.gatewayPort),
      GATEWAY_SECRET: gatewaySecret,
      // It warns where nothing has built it.
      CONSOLE: "off",
      ...environment,
    },
  });
  const lines: LogLine[] = [];
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      lines.splice(0, lines.length, ...parsed(output));
    });
  }
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const frontDoor = { child, lines, output: () => output, exit };
  running.push(frontDoor);
  return frontDoor;
}

function parsed(output: string): LogLine[] {
  const whole = output.split("\n").slice(0, -1);
  return whole.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as LogLine] : []));
}

async function listening({ lines }: FrontDoor): Promise<string> {
  await expect.poll(() => lines.some((line) => "port" in line)).toBe(true);
  return `http://127.0.0.1:${String(lines.find((line) => "port" in line)?.["port"])}`;
}

describe("the process", () => {
  /** One process for the first tests, from its start to its end. */
  let frontDoor: FrontDoor;
  let url: string;
  let key: string;
  let toolsOutput: string;
  let settings: Record<string, string>;
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "api-server-"));
    const operations = ["me", "list_*", "read_file"];
    const made = spawnSync(process.execPath, [keyTool, "ci", ...operations, "--days", "1"], {
      encoding: "utf8",
    });
    toolsOutput = made.stdout;
    key = made.stderr.trim().split("\n").at(-1) ?? "";
    writeFileSync(join(folder, "keys"), made.stdout);
    writeFileSync(join(folder, "secret"), `${gatewaySecret}\n`);
    settings = {
      GATEWAY_SECRET: "",
      GATEWAY_SECRET_FILE: join(folder, "secret"),
      API_AUTH: "api-key",
      API_KEYS_FILE: join(folder, "keys"),
      REDIS_URL: "redis://:canary-password@127.0.0.1:1",
      DATABRICKS_TOKEN: "dapi-secret",
      DATABRICKS_HOST: "https://secret.example",
      CORS_ORIGIN: "https://app.example",
      SHUTDOWN_GRACE_MS: "3600000",
    };
  });

  it("waits for a gateway that starts later", async () => {
    await stack.stopGateway();
    frontDoor = start(settings);
    await expect.poll(() => frontDoor.output()).toContain("CORS_ORIGIN is not a setting");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(frontDoor.lines.some((line) => "port" in line)).toBe(false);
    await stack.startGateway();
    url = await listening(frontDoor);
    expect((await request(`${url}/ready`)).statusCode).toBe(200);
  });

  it("drops Databricks credentials, and logs their names", () => {
    const warnings = frontDoor.lines.filter((line) => line["level"] === 40);
    // A later one may be about Redis.
    expect(warnings.slice(0, 2)).toMatchObject([
      { dropped: ["DATABRICKS_HOST", "DATABRICKS_TOKEN"], msg: expect.stringContaining("scripts/start.sh") },
      { msg: "CORS_ORIGIN is not a setting and is ignored: did you mean CORS_ORIGINS?" },
    ]);
  });

  it("reads its secret from a file, and accepts a key that the tool made and showed apart from the line for the file", async () => {
    expect(toolsOutput).not.toContain(key);
    expect((await request(`${url}/api/me`)).statusCode).toBe(401);
    const me = await request(`${url}/api/me`, { headers: { "x-api-key": key } });
    expect([me.statusCode, await me.body.json()]).toEqual([200, expect.objectContaining({ active: true })]);
    expect((await request(`${url}/api/warehouses`, { headers: { "x-api-key": key } })).statusCode).toBe(200);
  });

  it("finishes running requests and downloads when it is told to stop, accepts no other, and exits with 0 as soon as they are through, without having shown a secret", async () => {
    const path = `/api/files?path=${volume}/long.bin`;
    await stack.call("PUT", path, { body: "x" });
    const [file = ""] = globSync("workspace/volumes/**/long.bin", { cwd: dirname(stack.settingsFile) });
    // More than the buffers on the way hold.
    truncateSync(join(dirname(stack.settingsFile), file), 32 << 20);
    const download = await request(`${url}${path}`, { headers: { "x-api-key": key } });
    stack.workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", delayMs: 1_500, times: 1 });
    const pending = request(`${url}/api/me`, { headers: { "x-api-key": key } });
    // The download is the other one.
    await expect.poll(() => stack.workspace.openRequests()).toBe(2);
    frontDoor.child.kill("SIGINT");
    await expect.poll(() => request(`${url}/health`).catch(String)).toMatch(/ECONNREFUSED/);
    expect((await pending).statusCode).toBe(200);
    expect((await download.body.bytes()).length).toBe(32 << 20);
    expect(await frontDoor.exit).toBe(0);
    for (const secret of [key, gatewaySecret, "canary-password", "dapi-secret", "secret.example"])
      expect(frontDoor.output()).not.toContain(secret);
  });

  it("is not ready at once when it is told to stop, and serves everything for DRAIN_MS", async () => {
    const frontDoor = start({ DRAIN_MS: "60000" });
    const url = await listening(frontDoor);
    const ready = async () => {
      const { statusCode, body } = await request(`${url}/ready`);
      return [statusCode, await body.text()];
    };
    expect(await ready()).toMatchObject([200, expect.stringContaining('"ready"')]);
    frontDoor.child.kill("SIGTERM");
    await expect.poll(ready).toMatchObject([503, expect.stringContaining("The front door is stopping.")]);
    const { statusCode, headers, body } = await request(`${url}/api/me`);
    await body.dump();
    expect([statusCode, headers["connection"]]).toEqual([200, "close"]);
    frontDoor.child.kill("SIGTERM");
    expect(await frontDoor.exit).toBe(0);
  });

  it("exits with 1 and one line if no gateway answers in time", async () => {
    const frontDoor = start({ GATEWAY_PORT: "1", READY_TIMEOUT_MS: "300" });
    expect(await frontDoor.exit).toBe(1);
    expect(frontDoor.lines).toMatchObject([
      { level: 60, msg: expect.stringMatching(/no gateway answers.*GATEWAY_PORT/) },
    ]);
  });

  it("exits with 2 and one line for each bad setting, and shows no secret", async () => {
    const frontDoor = start({
      PORT: "70000",
      HOST: "0.0.0.0",
      GATEWAY_PORT: "0",
      GATEWAY_SECRET: "short-one",
      READY_TIMEOUT_MS: "soon",
      REDIS_URL: "http://:short-one@redis.example",
      CORS_ORIGINS: "*",
      LOG_LEVEL: "loud",
    });
    expect(await frontDoor.exit).toBe(2);
    expect(frontDoor.output().split("\n")).toEqual([
      "PORT must be between 0 and 65535 (got 70000)",
      "GATEWAY_PORT must be between 1 and 65535 (got 0)",
      expect.stringMatching(/^GATEWAY_SECRET must be 16 to 512/),
      expect.stringMatching(/^READY_TIMEOUT_MS must be a whole number .* \(got soon\)$/),
      expect.stringMatching(/^CORS_ORIGINS must be origins/),
      expect.stringMatching(/^REDIS_URL must be redis:/),
      "LOG_LEVEL must be trace, debug, info, warn, error, fatal, or silent (got loud)",
      expect.stringMatching(/^HOST is 0\.0\.0\.0, which other machines can reach, .*ALLOW_ANONYMOUS=true/),
      "",
    ]);
    expect(frontDoor.output()).not.toContain("short-one");
  });

  it("exits with 2 and names its port if the port is in use", async () => {
    const frontDoor = start({ PORT: String(stack.port) });
    expect(await frontDoor.exit).toBe(2);
    expect(frontDoor.output()).toMatch(/^PORT \d+ is in use: [^\n]+\n$/m);
  });
});

it.each([[["ci", "lst_tables"]], [["ci"]]])(
  "the tool that makes keys shows its usage when it is given %j",
  (given) => {
    const usage = spawnSync(process.execPath, [keyTool, ...given], { encoding: "utf8" });
    expect([usage.status, usage.stdout]).toEqual([2, ""]);
    expect(usage.stderr).toContain("usage: ./scripts/api-key.sh NAME OPERATION");
    expect(usage.stderr).not.toContain("expected");
  },
);
