import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findChild } from "./find-child.ts";
import { isGroupAlive } from "./process-group.ts";
import { type StartedProduct, startProduct } from "./start-product.ts";
import { allRefused, type StrangersOutcome, strangerProgram } from "./stranger.ts";
import { watchTelemetry } from "./watch-telemetry.ts";

const files = "/Volumes/main/default/files";
const processNames = ["api", "databricks-gateway", "local-workspace"] as const;
/** A workspace that does not answer: the product serves all the same, and starts faster without a local one. */
const elsewhere = { DATABRICKS_HOST: "http://127.0.0.1:1", DATABRICKS_TOKEN: "none" };
const bothApps = ["api", "databricks-gateway"] as const;
const isRoot = process.getuid?.() === 0;

async function getJson(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const putSchema = (origin: string, schema: string) =>
  getJson(`${origin}/api/settings/uc-schema`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ schema }),
  });

const schemaAt = async (origin: string) => (await getJson(`${origin}/api/settings/uc-schema`)).body["schema"];

/** Without a time of its own: the test's own time-out ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(25);
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const environOf = (product: StartedProduct, name: (typeof processNames)[number]) =>
  readFileSync(`/proc/${product.pidOf(name)}/environ`, "utf8");
const socketOf = (api: number) =>
  /GATEWAY_SOCKET=([^\0]+)/.exec(readFileSync(`/proc/${api}/environ`, "utf8"))?.[1] ?? "";

describe("./scripts/start.sh", { timeout: 120_000 }, () => {
  const secret = "a-secret-of-this-installation";
  const canaries = ["canary-of-the-environment", "canary-of-the-file"];
  const settingsLines = `# mine\nOTHER='a b'\nGATEWAY_SECRET=${secret}\nDATABRICKS_TOKEN=${canaries[1]}\n`;
  let folder: string;
  let settingsFile: string;
  let telemetry: ReturnType<typeof watchTelemetry>;
  let product: StartedProduct;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "front-door-settings-"));
    settingsFile = join(folder, "settings.env");
    writeFileSync(settingsFile, `${settingsLines}AGENT_BUILDER_UC_SCHEMA=old.one # here\n`);
    telemetry = watchTelemetry(folder);
    product = await startProduct({
      shell: true,
      // An empty host means a local run: the tokens belong to another workspace and must go nowhere at all.
      env: {
        DATABRICKS_HOST: "",
        DATABRICKS_TOKEN: String(canaries[0]),
        SETTINGS_FILE: settingsFile,
        NODE_OPTIONS: telemetry.nodeOptions,
      },
    });
  }, 120_000);
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("serves a newcomer's first calls from a local workspace", async () => {
    expect(await getJson(`${product.origin}/health`)).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await getJson(`${product.origin}/ready?deep=true`)).toMatchObject({
      status: 200,
      body: { workspace: "local", identity: { kind: "oauth-m2m" } },
    });
    expect((await getJson(`${product.origin}/api/me`)).status).toBe(200);
    const names = async (path: string, list: string) => {
      const { body } = await getJson(`${product.origin}${path}`);
      return (body[list] as { name: string }[]).map(({ name }) => name);
    };
    expect(await names("/api/catalogs", "catalogs")).toContain("main");
    expect(await names("/api/schemas?catalog=main", "schemas")).toContain("default");
    expect(await names("/api/volumes?catalog=main&schema=default", "volumes")).toContain("files");
    expect(await names("/api/warehouses", "warehouses")).not.toHaveLength(0);

    const path = encodeURIComponent(`${files}/hello, wörld.txt`);
    const put = await fetch(`${product.origin}/api/files?path=${path}`, { method: "PUT", body: "hello" });
    expect(put.status).toBe(201);
    const got = await fetch(`${product.origin}/api/files?path=${path}`);
    expect(await got.text()).toBe("hello");
  });

  it("says that the workspace is a local one, which addresses to open, and where the state is", async () => {
    await until(() => product.output().includes("State: "));
    const output = product.output();
    expect(output).toContain("running on a LOCAL workspace");
    expect(output).toContain(`The front door is open: ${product.origin} (try: curl`);
    expect(output).toContain(`API: ${product.origin}/docs`);
    expect(output).toContain(
      `State: local workspace in ${product.folder}/workspace, settings in ${settingsFile}`,
    );
  });

  it("writes JSON without colours when stdout is no terminal", () => {
    expect(product.output()).toContain('"msg":"listening"');
    expect(product.output()).not.toContain("\u{1b}");
  });

  it("says in each line of the log which process wrote it, or that it is the audit log's", async () => {
    expect((await getJson(`${product.origin}/api/catalogs`)).status).toBe(200);
    await until(() => product.output().includes('"log":"audit"'));
    const lines = product
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const names = lines.map((line) => JSON.parse(line) as { service?: string; log?: string });
    expect(new Set(names.map(({ service, log }) => service ?? log))).toEqual(
      new Set([...processNames, "audit"]),
    );
  });

  it("gives no DATABRICKS_ value to the front door, and writes none to any log", async () => {
    await getJson(`${product.origin}/api/schemas?catalog=missing`);
    expect(environOf(product, "api")).not.toMatch(/DATABRICKS_/);
    expect(product.output()).toContain("Ignored because DATABRICKS_HOST is not set: DATABRICKS_TOKEN.");
    expect(product.output()).toMatch(/do not belong in the front door's settings file: DATABRICKS_TOKEN\./);
    const clientSecret = /DATABRICKS_CLIENT_SECRET=([^\0]+)/.exec(
      environOf(product, "databricks-gateway"),
    )?.[1];
    expect(clientSecret).toBeDefined();
    for (const each of [clientSecret, secret, ...canaries]) expect(product.output()).not.toContain(each);
    for (const name of processNames) {
      for (const canary of canaries) expect(environOf(product, name)).not.toContain(canary);
    }
  });

  it("shares the secret of the front door's settings file with the gateway, and with no other process", () => {
    for (const name of processNames)
      expect(environOf(product, name).includes(secret)).toBe(name !== "local-workspace");
  });

  it("changes the schema in the settings file and keeps the other lines", async () => {
    expect(await putSchema(product.origin, "main.`default`")).toEqual({
      status: 200,
      body: { schema: "main.default" },
    });
    const text = readFileSync(settingsFile, "utf8");
    expect(text).toContain(settingsLines);
    expect(text).not.toContain("old.one");
  });

  it("loads no module of OpenTelemetry without OTEL_EXPORTER_OTLP_ENDPOINT, and ignores a traceparent", async () => {
    await putSchema(product.origin, "main.default");
    const traceId = "11111111111111111111111111111111";
    const reply = await fetch(`${product.origin}/api/query`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent: `00-${traceId}-2222222222222222-01` },
      body: JSON.stringify({ sql: "SELECT 42 AS answer" }),
    });
    expect([reply.status, reply.headers.get("traceresponse")]).toEqual([200, null]);
    await reply.json();
    expect(telemetry.loaded()).toBe("");
    expect(product.output()).not.toContain(traceId);
  });

  // Only root can become another user to try it.
  it.runIf(isRoot)("lets no other user connect to the gateway's socket or take its place", async () => {
    expect((await tryAsStranger(socketOf(product.pidOf("api")))).attempts).toEqual(allRefused);
  });

  it.runIf(isRoot)(
    "answers 503 while the gateway is down, tells nothing to another user who takes its port, and recovers",
    async () => {
      const frontDoor = product.pidOf("api");
      const gateway = product.pidOf("databricks-gateway");
      const socket = socketOf(product.pidOf("api"));
      const supervisor = parentOf(frontDoor);
      // Holds the gap before the restart open for as long as it takes to look at it.
      process.kill(supervisor, "SIGSTOP");
      onTestFinished(() => void process.kill(supervisor, "SIGCONT"));
      process.kill(gateway, "SIGKILL");
      await until(() => isZombie(gateway));

      const outcome = await tryAsStranger(socket, String(product.gatewayPort), product.origin);
      expect(outcome).toEqual({ attempts: allRefused, statuses: [503, 503, 503], seen: ["/seen"] });
      expect((await getJson(`${product.origin}/api/me`)).body).toMatchObject({
        error: "Databricks service unavailable",
        error_code: "GATEWAY_UNAVAILABLE",
        retryable: true,
      });

      process.kill(supervisor, "SIGCONT");
      await until(async () => (await fetch(`${product.origin}/api/me`)).status === 200);
      expect(product.pidOf("databricks-gateway")).not.toBe(gateway);
      expect(product.pidOf("api")).toBe(frontDoor);
      expect(product.output()).toMatch(/databricks-gateway ended \(SIGKILL\): restarting it in \d+ ms/);
    },
  );

  // script(1), which gives a program a terminal, is in util-linux.
  describe.runIf(spawnSync("script", ["--version"]).status === 0)(
    "with --dev in a terminal, beside another instance",
    () => {
      let terminal: Terminal;
      let origin: string;
      beforeAll(async () => {
        terminal = openTerminal(folder, product.gatewayPort);
        await until(() => terminal.output().includes("State: "));
        origin = /front door is open: (http:\/\/127\.0\.0\.1:\d+)/.exec(terminal.output())?.[1] ?? "";
      });
      afterAll(() => void terminal.child.kill());

      it("has settings of its own", async () => {
        await putSchema(product.origin, "main.default");
        expect(await schemaAt(product.origin)).toBe("main.default");
        expect(await schemaAt(origin)).toBeNull();
      });

      it("serves and warns while another program has the gateway's port", async () => {
        expect((await getJson(`${origin}/ready`)).status).toBe(200);
        expect(terminal.output()).toContain(`GATEWAY_PORT ${product.gatewayPort} is in use`);
      });

      it("shows coloured one-line logs", async () => {
        expect((await getJson(`${origin}/ready`)).status).toBe(200);
        const requestLine = /^.*INFO.*\(api\).*GET \/ready 200 in .* ms.*$/m;
        await until(() => requestLine.test(terminal.output()));
        expect(requestLine.exec(terminal.output())?.[0]).toContain("\u{1b}[");
        expect(terminal.output()).not.toContain('"level":30');
      });

      it("stops on Ctrl-C with exit code 0, and leaves nothing behind", async () => {
        const supervisor = findChild(terminal.child.pid ?? 0, "/start.ts");
        const leaders = bothApps.map((name) => findChild(supervisor, `/${name}/src/server.ts`));
        const socketFolder = dirname(socketOf(Number(leaders[0])));
        expect(existsSync(socketFolder)).toBe(true);
        terminal.child.stdin?.write("\u{3}");
        expect((await once(terminal.child, "close"))[0]).toBe(0);
        expect(terminal.output()).toContain("SIGINT: stopping");
        expect(leaders.filter(isGroupAlive)).toEqual([]);
        expect(existsSync(socketFolder)).toBe(false);
        expect((await getJson(`${product.origin}/api/me`)).status).toBe(200);
      });
    },
  );

  // The last one: afterwards nothing is left to look at. That the end of one process ends all is in secret-scan.test.ts.
  it("leaves no process behind when it is killed", async () => {
    const pids = processNames.map(product.pidOf);
    product.signal("SIGKILL");
    expect(await product.ended).toBeNull();
    await until(() => !pids.some(isAlive));
  });
});

describe("the start script", { timeout: 120_000 }, () => {
  it("reports all settings that cannot be used, a line each, and starts nothing", async () => {
    const env = {
      PORT: "70000",
      GATEWAY_PORT: "0x10",
      GATEWAY_SECRET: "short",
      LOG_LEVEL: "chatty",
      READY_TIMEOUT_MS: "soon",
      HOST: "0.0.0.0",
      DATABRICKS_HOST: "http://example.com",
      READ_ONLY: "perhaps",
    };
    await using product = await startProduct({ env, expectFailure: true });
    expect(await product.ended).toBe(2);
    const lines = product.output().trimEnd().split("\n");
    expect(lines).toHaveLength(8);
    const named = lines.map((line) => /^\[start\] ([A-Z_]+)/.exec(line)?.[1]);
    expect(new Set(named)).toEqual(new Set(Object.keys(env)));
  });

  it("ends with exit code 2 and one line for an unknown argument", async () => {
    await using product = await startProduct({ args: ["--prod"], expectFailure: true });
    expect(await product.ended).toBe(2);
    expect(product.output()).toMatch(/^\[start\] .*--prod.*\n$/);
  });
});

async function tryAsStranger(...args: readonly string[]): Promise<StrangersOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", strangerProgram, "--", ...args]);
  return JSON.parse(stdout) as StrangersOutcome;
}

interface Terminal {
  readonly child: ChildProcess;
  output(this: void): string;
}

function openTerminal(folder: string, gatewayPort: number): Terminal {
  const command = `exec '${process.execPath}' '${join(import.meta.dirname, "start.ts")}' --dev`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOME: folder,
      TERM: "xterm-256color",
      ...elsewhere,
      PORT: "0",
      GATEWAY_PORT: String(gatewayPort),
      SETTINGS_FILE: join(folder, "settings-of-the-terminal.env"),
      READY_TIMEOUT_MS: "120000",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return { child, output: () => output };
}

const statOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
const parentOf = (pid: number) => Number(statOf(pid)[1]);
const isZombie = (pid: number) => statOf(pid)[0] === "Z";
