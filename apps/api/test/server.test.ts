import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { gatewaySecret, type LogLine, type Stack, startStack } from "./start-stack.ts";

const script = fileURLToPath(new URL("../src/server.ts", import.meta.url));
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
      SETTINGS_FILE: `${stack.settingsFile}.absent`,
      PORT: "0",
      GATEWAY_PORT: String(stack.gatewayPort),
      GATEWAY_SECRET: gatewaySecret,
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
  await vi.waitFor(() => expect(lines.some((line) => "port" in line)).toBe(true), { timeout: 10_000 });
  return `http://127.0.0.1:${String(lines.find((line) => "port" in line)?.["port"])}`;
}

describe("the process", () => {
  it("has none of Databricks' credentials, says which it was given, and ends with 0", async () => {
    const frontDoor = start({ DATABRICKS_TOKEN: "dapi-secret", DATABRICKS_HOST: "https://secret.example" });
    const url = await listening(frontDoor);
    expect(frontDoor.lines.filter((line) => line["level"] === 40)).toMatchObject([
      { dropped: ["DATABRICKS_HOST", "DATABRICKS_TOKEN"], msg: expect.stringContaining("scripts/start.sh") },
    ]);
    expect((await (await request(`${url}/api/me`)).body.json()) as object).toMatchObject({ active: true });
    frontDoor.child.kill("SIGTERM");
    expect(await frontDoor.exit).toBe(0);
    expect(frontDoor.output()).not.toMatch(/dapi-secret|secret\.example/);
    expect(frontDoor.output()).not.toContain(gatewaySecret);
  });

  it("lets a running request finish when it is told to stop, and takes no other", async () => {
    const frontDoor = start({});
    const url = await listening(frontDoor);
    stack.workspace.addFault({ delayMs: 1_500, times: 1 });
    const pending = request(`${url}/api/me`);
    await vi.waitFor(() => expect(stack.workspace.openRequests()).toBe(1), { timeout: 10_000 });
    frontDoor.child.kill("SIGINT");
    await vi.waitFor(() => expect(request(`${url}/health`)).rejects.toThrow(/ECONNREFUSED/), {
      timeout: 10_000,
    });
    expect((await pending).statusCode).toBe(200);
    expect(await frontDoor.exit).toBe(0);
  });

  it("gives up with 1 and one line when no gateway answers in time", async () => {
    const frontDoor = start({ GATEWAY_PORT: "1", READY_TIMEOUT_MS: "300" });
    expect(await frontDoor.exit).toBe(1);
    expect(frontDoor.lines).toMatchObject([
      { level: 60, msg: expect.stringMatching(/no gateway answers.*GATEWAY_PORT/) },
    ]);
  });

  it("waits for a gateway that comes later", async () => {
    await stack.stopGateway();
    const frontDoor = start({});
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(frontDoor.lines).toEqual([]);
    await stack.startGateway();
    const url = await listening(frontDoor);
    expect((await request(`${url}/ready`)).statusCode).toBe(200);
    frontDoor.child.kill("SIGTERM");
    expect(await frontDoor.exit).toBe(0);
  });

  it.each([
    [{ GATEWAY_SECRET: "short-one" }, "GATEWAY_SECRET"],
    [{ PORT: "http" }, "PORT"],
    [{ HOST: "0.0.0.0" }, "ALLOW_ANONYMOUS=true"],
  ])("ends with 2 and one line for %j", async (environment, named) => {
    const frontDoor = start(environment);
    expect(await frontDoor.exit).toBe(2);
    expect(frontDoor.output()).toMatch(/^front door: [^\n]+\n$/);
    expect(frontDoor.output()).toContain(named);
    expect(frontDoor.output()).not.toContain("short-one");
  });

  it("says that its port is taken", async () => {
    const frontDoor = start({ PORT: String(stack.port) });
    expect(await frontDoor.exit).toBe(2);
    expect(frontDoor.output()).toMatch(/^front door: PORT \d+ is in use: [^\n]+\n$/m);
  });
});
