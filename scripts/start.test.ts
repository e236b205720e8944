import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startProduct } from "./running-product.ts";

const files = "/Volumes/main/default/files";

async function getJson(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const getSetting = (origin: string) => getJson(`${origin}/api/settings/uc-schema`);

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 10_000; await sleep(25)) {
    if (await condition()) return;
  }
  throw new Error(`not within 10 s: ${what}`);
}

const processNames = ["api", "databricks-gateway", "local-workspace"] as const;
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

/** Whether anything is left of the process and of all that it started. */
function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

describe("./scripts/start.sh", { timeout: 60_000 }, () => {
  it("serves a newcomer's first calls from a local workspace, and says in plain words that it is one", async () => {
    await using product = await startProduct();
    expect(product.output()).toContain("running on a LOCAL workspace");
    await until(
      () => product.output().includes(`The front door is open: ${product.origin}`),
      "the plain line",
    );
    expect(await getJson(`${product.origin}/health`)).toEqual({ status: 200, body: { status: "ok" } });
    expect(await getJson(`${product.origin}/ready?deep=1`)).toMatchObject({
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

  it("gives no DATABRICKS_ value to the front door, and none to any log", async () => {
    const canary = "canary-9f1c7d";
    // An empty host means a local run: the token belongs to some other workspace and must go nowhere at all.
    await using product = await startProduct({ env: { DATABRICKS_HOST: "", DATABRICKS_TOKEN: canary } });
    await getJson(`${product.origin}/api/me`);
    await getJson(`${product.origin}/api/schemas?catalog=missing`);
    const environment = readFileSync(`/proc/${product.pidOf("api")}/environ`, "utf8");
    expect(environment).not.toMatch(/DATABRICKS_/);
    expect(environment).toContain("GATEWAY_SECRET=");
    expect(product.output()).toContain("Ignored, because DATABRICKS_HOST is not set: DATABRICKS_TOKEN.");
    const gateway = readFileSync(`/proc/${product.pidOf("databricks-gateway")}/environ`, "utf8");
    const secrets = [...gateway.matchAll(/(?:DATABRICKS_CLIENT_SECRET|GATEWAY_SECRET)=([^\0]+)/g)].map(
      ([, value]) => value,
    );
    expect(secrets).toHaveLength(2);
    for (const secret of [canary, ...secrets]) expect(product.output()).not.toContain(secret);
  });

  it("answers 503 within a second when the gateway is killed, and again as before when it is back", async () => {
    await using product = await startProduct();
    const frontDoor = product.pidOf("api");
    const gateway = product.pidOf("databricks-gateway");
    process.kill(gateway, "SIGKILL");
    const start = performance.now();
    const gone = await getJson(`${product.origin}/api/me`);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(gone).toMatchObject({
      status: 503,
      body: { error: "Databricks service unavailable", error_code: "GATEWAY_UNAVAILABLE", retryable: true },
    });
    await until(async () => (await fetch(`${product.origin}/api/me`)).status === 200, "the gateway is back");
    expect(product.pidOf("databricks-gateway")).not.toBe(gateway);
    expect(product.pidOf("api")).toBe(frontDoor);
    expect(product.output()).toMatch(/databricks-gateway ended \(SIGKILL\): starting it again in \d+ ms/);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops all three processes on %s and exits with 0",
    async (signal) => {
      await using product = await startProduct();
      const pids = processNames.map(product.pidOf);
      product.signal(signal);
      expect(await product.ended).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
    },
  );

  it.each(["api", "local-workspace"] as const)(
    "stops all with exit code 1 when the %s dies",
    async (name) => {
      await using product = await startProduct();
      const pids = processNames.map(product.pidOf);
      process.kill(product.pidOf(name), "SIGKILL");
      expect(await product.ended).toBe(1);
      expect(pids.filter(isAlive)).toEqual([]);
    },
  );

  it("leaves no process behind when the start script itself is killed", async () => {
    const product = await startProduct();
    const pids = processNames.map(product.pidOf);
    product.signal("SIGKILL");
    await until(() => !pids.some(isAlive), "all processes are gone");
    expect(await product.ended).toBeNull();
  });

  it.each([
    ["SIGKILL", null],
    ["SIGTERM", 0],
  ] as const)("leaves no process behind with --dev when %s comes", async (signal, code) => {
    const product = await startProduct({ args: ["--dev"] });
    const leaders = processNames.map(product.pidOf);
    expect(leaders.every(isGroupAlive)).toBe(true);
    product.signal(signal);
    expect(await product.ended).toBe(code);
    await until(() => !leaders.some(isGroupAlive), "all processes are gone");
  });

  it("serves, and stops with 0, when nobody reads its output", async () => {
    await using product = await startProduct({ closedOutput: true });
    expect((await getJson(`${product.origin}/api/me`)).status).toBe(200);
    product.signal("SIGTERM");
    expect(await product.ended).toBe(0);
  });

  it("kills everything when a second signal comes, and not when the first is passed on twice", async () => {
    await using product = await startProduct();
    const pids = processNames.map(product.pidOf);
    process.kill(product.pidOf("api"), "SIGSTOP");
    product.signal("SIGINT");
    product.signal("SIGINT");
    await sleep(600);
    expect(pids.every(isAlive)).toBe(true);
    product.signal("SIGINT");
    expect(await product.ended).toBe(130);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("runs two instances side by side", async () => {
    await using one = await startProduct();
    await using two = await startProduct();
    await fetch(`${one.origin}/api/settings/uc-schema`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ schema: "main.sales" }),
    });
    expect((await getSetting(one.origin)).body).toEqual({ schema: "main.sales" });
    expect((await getSetting(two.origin)).body).toEqual({ schema: null });
    expect(readFileSync(join(one.folder, "settings.env"), "utf8")).toContain("AGENT_BUILDER_UC_SCHEMA=");
  });

  it.each([
    [{ PORT: "eighty" }, "PORT"],
    [{ GATEWAY_PORT: "0x10" }, "GATEWAY_PORT"],
    [{ GATEWAY_SECRET: "short" }, "GATEWAY_SECRET"],
    [{ LOG_LEVEL: "chatty" }, "LOG_LEVEL"],
    [{ READY_TIMEOUT_MS: "soon" }, "READY_TIMEOUT_MS"],
    [{ HOST: "0.0.0.0" }, "HOST"],
    [{ DATABRICKS_HOST: "http://example.com" }, "DATABRICKS_HOST"],
    [{ DATABRICKS_HOST: "https://example.com" }, "DATABRICKS_TOKEN"],
    [{ DATABRICKS_HOST: "https://example.com", DATABRICKS_CLIENT_ID: "x" }, "DATABRICKS_CLIENT_SECRET"],
    [{ DATABRICKS_CONFIG_PROFILE: "no-such-profile" }, "DATABRICKS_CONFIG_PROFILE"],
  ] as const)("ends with exit code 2 and a line that names the setting: %j", async (env, name) => {
    await using product = await startProduct({ env, expectFailure: true });
    expect(await product.ended).toBe(2);
    expect(
      product
        .output()
        .split("\n")
        .filter((line) => line.includes(name)),
    ).not.toEqual([]);
    expect(product.output()).not.toMatch(/\n {4}at /);
  });

  it.each(["PORT", "LOCAL_WORKSPACE_PORT", "GATEWAY_PORT"])(
    "ends with exit code 2 when %s is taken",
    async (name) => {
      const other = createServer().listen(0, "127.0.0.1");
      onTestFinished(() => void other.close());
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      await using product = await startProduct({ env: { [name]: String(port) }, expectFailure: true });
      expect(await product.ended).toBe(2);
      expect(product.output()).toMatch(new RegExp(`\\b${port} is (taken|in use)`));
    },
  );

  it.each([{ args: ["--prod"] }, { env: { SETTINGS_FILE: tmpdir() } }])(
    "ends with exit code 2 and one line: %j",
    async (options) => {
      await using product = await startProduct({ ...options, expectFailure: true });
      expect(await product.ended).toBe(2);
      expect(product.output()).toMatch(/^\[start\] .*\n$/);
    },
  );

  it("takes the shared settings from the front door's settings file, too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "front-door-settings-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "settings.env");
    const secret = "a-secret-of-this-installation";
    writeFileSync(file, `GATEWAY_SECRET=${secret}\nDATABRICKS_TOKEN=canary-77\n`);
    await using product = await startProduct({ env: { SETTINGS_FILE: file } });
    expect((await getJson(`${product.origin}/api/me`)).status).toBe(200);
    for (const name of processNames) {
      const environment = readFileSync(`/proc/${product.pidOf(name)}/environ`, "utf8");
      expect(environment).not.toContain("canary-77");
      expect(environment.includes(secret)).toBe(name !== "local-workspace");
    }
    expect(product.output()).toContain("not the place for them: DATABRICKS_TOKEN.");
    expect(product.output()).not.toMatch(new RegExp(`canary-77|${secret}`));
  });

  it("keeps what was written after kill -9 of everything", async () => {
    const folder = await (async () => {
      const product = await startProduct();
      const body = "x".repeat(100_000);
      const put = await fetch(`${product.origin}/api/files?path=${files}/kept.txt`, { method: "PUT", body });
      expect(put.status).toBe(201);
      process.kill(product.pidOf("local-workspace"), "SIGKILL");
      await product.ended;
      return product.folder;
    })();
    await using again = await startProduct({ env: { LOCAL_WORKSPACE_DIR: join(folder, "workspace") } });
    const got = await fetch(`${again.origin}/api/files?path=${files}/kept.txt`);
    expect(await got.text()).toBe("x".repeat(100_000));
  });

  it("keeps the other lines of the settings file", async () => {
    await using product = await startProduct();
    const file = join(product.folder, "settings.env");
    writeFileSync(file, "# mine\nOTHER='a b'\nAGENT_BUILDER_UC_SCHEMA=old.one # here\n");
    const put = await getJson(`${product.origin}/api/settings/uc-schema`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ schema: "main.`default`" }),
    });
    expect(put).toEqual({ status: 200, body: { schema: "main.default" } });
    const text = readFileSync(file, "utf8");
    expect(text).toContain("# mine\nOTHER='a b'\n");
    expect(text).not.toContain("old.one");
  });
});
