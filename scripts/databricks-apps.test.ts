import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defaultSeed, type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { freePorts } from "./free-ports.ts";
import { untilReady } from "./until-ready.ts";

const root = resolve(import.meta.dirname, "..");
const [principal] = defaultSeed.servicePrincipals;
const [warehouse] = defaultSeed.warehouses;

interface AppYaml {
  readonly command: readonly [string, ...string[]];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: string }[];
}

describe("deploy/databricks-apps, started as the platform starts an app", () => {
  let folder: string;
  let workspace: LocalWorkspace;
  let origin: string;
  let stop: () => Promise<unknown>;
  let closeOutput: () => void;
  let output = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "databricks-app-"));
    copyFileSync(join(root, "deploy/databricks-apps/app.yaml"), join(folder, "app.yaml"));
    symlinkSync(root, join(folder, "front-door"));
    workspace = await startLocalWorkspace({ dir: join(folder, "workspace"), tls: true });
    const [port, gatewayPort] = await freePorts(2);
    const app = parse(readFileSync(join(folder, "app.yaml"), "utf8")) as AppYaml;
    const [program, ...args] = app.command;
    const child = spawn(program, args, {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        ...Object.fromEntries(
          app.env.map(({ name, value, valueFrom }) => [
            name,
            valueFrom === undefined ? value : warehouse?.id,
          ]),
        ),
        // What the platform sets.
        DATABRICKS_APP_NAME: "front-door",
        DATABRICKS_APP_PORT: String(port),
        DATABRICKS_HOST: workspace.url,
        DATABRICKS_WORKSPACE_ID: "1234567890123456",
        DATABRICKS_CLIENT_ID: principal?.applicationId,
        DATABRICKS_CLIENT_SECRET: principal?.clientSecret,
        // And with app telemetry enabled.
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4314",
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
        // The test is the proxy, on a machine where other tests run.
        TRUSTED_PROXIES: "127.0.0.1",
        GATEWAY_PORT: String(gatewayPort),
        NODE_EXTRA_CA_CERTS: workspace.caFile,
        SETTINGS_FILE: join(folder, "settings.env"),
        CONSOLE: "off",
      },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    closeOutput = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const ended = once(child, "close");
    stop = () => {
      child.kill("SIGTERM");
      return ended;
    };
    origin = `http://127.0.0.1:${port}`;
    const ready = await Promise.race([untilReady(origin, 120_000), ended]);
    if (ready !== true) throw new Error(`the app did not start:\n${output}`);
  }, 150_000);
  afterAll(async () => {
    await stop();
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the platform's proxy adds to a request of a person who has signed in. */
  const forwarded = {
    "x-forwarded-email": "alice@example.com",
    "x-forwarded-user": "1@2",
    "x-forwarded-preferred-username": "Alice",
  };

  test("a person who has signed in at the platform runs as themselves with user authorization", async () => {
    const headers = { ...forwarded, "x-forwarded-access-token": "local-token-alice" };
    const reply = await fetch(`${origin}/api/me`, { headers });
    expect([reply.status, await reply.json()]).toEqual([
      200,
      expect.objectContaining({ user_name: "alice@example.com" }),
    ]);
  });

  test("without user authorization requests run as the app's service principal, on the app's warehouse", async () => {
    const me = await fetch(`${origin}/api/me`, { headers: forwarded });
    expect(await me.json()).toMatchObject({ user_name: principal?.applicationId });
    const query = await fetch(`${origin}/api/query`, {
      method: "POST",
      headers: { ...forwarded, "content-type": "application/json" },
      body: JSON.stringify({ sql: "SELECT 6 * 7 AS answer" }),
    });
    expect(await query.json()).toMatchObject({ rows: [[42]] });
  });

  test("a request that did not come through the platform's sign-in returns 401", async () => {
    expect((await fetch(`${origin}/api/me`)).status).toBe(401);
  });

  test("no setting of the platform is one that the product does not know, and no secret is in the log", () => {
    expect(output).not.toMatch(/"level":[456]0/);
    expect(output).not.toContain(principal?.clientSecret);
  });

  // The last one: afterwards nothing runs.
  test("it serves when nobody reads its output any more, and SIGTERM ends it with exit code 0", async () => {
    closeOutput();
    expect((await fetch(`${origin}/api/me`, { headers: forwarded })).status).toBe(200);
    expect(await stop()).toEqual([0, null]);
  });
});
