import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  defaultSeed,
  type Fault,
  type LocalWorkspace,
  startLocalWorkspace,
} from "@front-door/local-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProduct } from "./running-product.ts";

/**
 * The real product with a canary in every setting that is a secret, driven through every error path that can be had from
 * outside. The canaries look like nothing: no pattern knows them, so nothing but care keeps them in.
 */
const canary = (of: string) => `canary.${of}.${randomBytes(12).toString("hex")}`;
const mine = {
  token: canary("token"),
  fileToken: canary("file-token"),
  clientSecret: canary("client-secret"),
  profileToken: canary("profile-token"),
  otherToken: canary("other-token"),
  rotatedToken: canary("rotated-token"),
} as const;
const gatewaySecret = canary("gateway-secret");
/** Of a caller: it has to go through the front door, and nowhere else. */
const callersToken = canary("callers-token");
const servicePrincipal = defaultSeed.servicePrincipals[0]!;

let folder: string;
let workspace: LocalWorkspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace"), tls: true });
  const { applicationId } = servicePrincipal;
  for (const [name, token] of Object.entries(mine)) {
    if (name === "clientSecret") continue;
    await workspace.changeCredentials({ addToken: { principal: "alice@example.com", token } });
  }
  await workspace.changeCredentials({ setClientSecret: { applicationId, clientSecret: mine.clientSecret } });
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  mkdirSync(join(folder, "secrets"), { recursive: true });
  writeFileSync(join(folder, "secrets", name), text);
  return join(folder, "secrets", name);
};

const profile = () => ({
  DATABRICKS_CONFIG_FILE: write(
    "databrickscfg",
    `[team]\nhost = ${workspace.url}\ntoken = ${mine.profileToken}\n[other]\nhost = ${workspace.url}\ntoken = ${mine.otherToken}\n`,
  ),
  DATABRICKS_WORKSPACES: "other",
});

const identities: Readonly<Record<string, () => Record<string, string>>> = {
  "a service principal": () => ({
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: servicePrincipal.applicationId,
    DATABRICKS_CLIENT_SECRET: mine.clientSecret,
    DATABRICKS_TOKEN: mine.token,
    GATEWAY_SECRET: gatewaySecret,
  }),
  "a token in the environment": () => ({
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_TOKEN: mine.token,
    GATEWAY_SECRET: gatewaySecret,
  }),
  "a token in a mounted file": () => ({
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_TOKEN_FILE: write("token", mine.fileToken),
    GATEWAY_SECRET: gatewaySecret,
  }),
  "a profile": () => ({ DATABRICKS_CONFIG_PROFILE: "team", GATEWAY_SECRET: gatewaySecret }),
};

/** In every process: with SIGUSR2 it fails by an error that has its whole environment in message, field and cause. */
const crash = `
  const everything = JSON.stringify(process.env);
  process.on("SIGUSR2", () => {
    throw Object.assign(new Error(everything, { cause: new Error(everything) }), { everything });
  });`;

const replies: string[] = [];

async function call(product: RunningProduct, path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(`${product.origin}${path}`, {
    signal: AbortSignal.timeout(20_000),
    ...init,
  }).catch((error: unknown) => String(error));
  if (typeof response === "string") {
    replies.push(response);
    return 0;
  }
  replies.push(JSON.stringify([...response.headers]), await response.text().catch(String));
  return response.status;
}

async function run(
  product: RunningProduct,
  body: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return call({ ...product, origin: `http://127.0.0.1:${product.gatewayPort}` }, "/run", {
    method: "POST",
    headers: { "content-type": "application/json", "x-gateway-secret": gatewaySecret, ...headers },
    body,
  });
}

/** Bytes that are no HTTP, or hardly. */
async function raw(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).on("data", (data) => replies.push(String(data)));
  socket.end(text);
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    setTimeout(() => {
      socket.destroy();
      resolve();
    }, 2_000);
  });
}

const query = (sql: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  // A reply of the Thrift service that is cut short never ends by itself.
  body: JSON.stringify({ sql, timeout_ms: 2_000 }),
});

async function driveRoutes(product: RunningProduct): Promise<void> {
  const file = `/api/files?path=${encodeURIComponent("/Volumes/main/default/files/scan.txt")}`;
  await call(product, "/ready?deep=1");
  await call(product, "/api/me");
  await call(product, "/api/catalogs");
  await call(product, "/api/schemas?catalog=nowhere");
  await call(product, file, { method: "PUT", body: "text" });
  await call(product, file);
  await call(product, "/api/query", query("SELECT 1 AS one"));
  await call(product, "/api/query", query("SELECT nothing FROM nowhere"));
}

/** What a workspace, or whoever stands in its place, may answer: what it was sent, in every place that is read. */
function echoes(secrets: readonly string[]): Fault[] {
  const echo = secrets.join(" ");
  const body = {
    error_code: "BAD_REQUEST",
    message: `echo ${echo}`,
    details: [{ "@type": "x", reason: echo }],
  };
  const headers = {
    "x-databricks-reason-phrase": "Invalid access token.",
    "x-echo": echo,
    location: `https://x/?${echo}`,
  };
  return [
    ...[400, 401, 403, 404, 429, 500, 503].map((status) => ({ status, body, headers })),
    { status: 400, body: `<pre>${echo}</pre>` },
    { status: 307, headers },
    { status: 200, body: echo },
    { cutAfterBytes: 3 },
  ];
}

async function driveFaults(product: RunningProduct, own: readonly string[]): Promise<void> {
  const bearer = { headers: { authorization: `Bearer ${callersToken}` } };
  for (const fault of echoes(own)) {
    for (const path of ["/api/*", "/sql/*", "/oidc/*"]) workspace.addFault({ path, ...fault });
    await call(product, "/api/catalogs");
    await call(product, "/api/query", query("SELECT 1 AS one"));
    await call(product, "/ready?deep=1");
    workspace.clearFaults();
  }
  for (const fault of echoes([...own, callersToken])) {
    workspace.addFault({ path: "/api/*", ...fault });
    await call(product, "/api/me", bearer);
    workspace.clearFaults();
  }
}

async function driveMalformed(product: RunningProduct): Promise<void> {
  const port = Number(new URL(product.origin).port);
  const bearer = { authorization: `Bearer ${callersToken}` };
  await call(product, "/api/me", { headers: bearer });
  await call(product, "/api/me", { headers: { authorization: `Basic ${callersToken}` } });
  await call(product, "/api/me", { headers: { ...bearer, cookie: `a=${callersToken}` } });
  await call(product, `/api/nothing?token=${callersToken}`, { headers: bearer });
  await call(product, "/api/query", {
    ...query(""),
    body: `{"sql": ${callersToken}`,
    headers: { ...bearer },
  });
  await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${callersToken}\r\nbad header\r\n\r\n`);
  await raw(port, `${callersToken}\r\n\r\n`);
  await raw(
    product.gatewayPort,
    `GET /%zz HTTP/1.1\r\nHost: x\r\nx-gateway-secret: ${gatewaySecret}\r\n\r\n`,
  );
  await raw(product.gatewayPort, `${gatewaySecret} ${callersToken}\r\n\r\n`);
  await run(product, "{");
  await run(product, JSON.stringify({ op: "me", auth: { token: callersToken } }));
  await run(product, JSON.stringify({ op: "me", auth: { token: `${callersToken} ` } }));
  await run(
    product,
    JSON.stringify({ op: "me", auth: { token: callersToken, host: "https://elsewhere.example" } }),
  );
  await run(product, JSON.stringify({ op: "me", workspace: "other" }));
  await run(product, JSON.stringify({ op: "me" }), { "x-gateway-secret": `${gatewaySecret}x` });
  await run(product, JSON.stringify({ op: "me" }), { "x-gateway-caller": gatewaySecret });
}

async function untilGone(pid: number): Promise<void> {
  for (let wait = 0; wait < 200; wait++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(25);
  }
}

/** Everything that the product has said or written. */
function said(product: RunningProduct, auditFile: string): string {
  const audit = readdirSync(join(auditFile, "..")).map((name) =>
    readFileSync(join(auditFile, "..", name), "utf8"),
  );
  return [product.output(), ...replies, ...audit].join("\n");
}

const process_ = (pid: number, name: "environ" | "cmdline") => readFileSync(`/proc/${pid}/${name}`, "latin1");

describe.each(Object.entries(identities))("the product as %s", (name, settings) => {
  test("says no secret in a log, a reply, the audit log or a crash, and the front door has none of Databricks' in it", async () => {
    replies.length = 0;
    const auditFile = join(folder, name.replaceAll(" ", "-"), "audit.log");
    mkdirSync(join(auditFile, ".."));
    const given = settings();
    const known = Object.values(mine).filter((each) =>
      JSON.stringify([given, mine.otherToken]).includes(each),
    );
    if (name.includes("mounted file")) known.push(mine.fileToken);
    if (name.includes("profile")) known.push(mine.profileToken);
    await using product = await startProduct({
      env: {
        ...given,
        ...profile(),
        NODE_EXTRA_CA_CERTS: String(workspace.caFile),
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
        LOG_LEVEL: "trace",
        AUDIT_LOG: auditFile,
        AUDIT_SQL: "true",
        AUDIT_PARAMETERS: "true",
      },
    });
    expect(await call(product, "/api/me")).toBe(200);
    await driveRoutes(product);
    // A workspace can only echo what it was sent: the settings' own.
    await driveFaults(product, known);
    await driveMalformed(product);
    if (name.includes("mounted file")) {
      write("token", `${mine.rotatedToken} and more`);
      await sleep(1_500);
      write("token", mine.rotatedToken);
      await sleep(1_500);
    }
    expect(await call(product, "/api/catalogs")).toBe(200);

    const databricks = Object.values(mine);
    const api = product.pidOf("api");
    const gateway = product.pidOf("databricks-gateway");
    for (const file of ["environ", "cmdline"] as const) {
      expect(databricks.filter((each) => process_(api, file).includes(each))).toEqual([]);
      expect(process_(api, file)).not.toContain("DATABRICKS_");
    }
    const inApi = findInMemory(api, [...databricks, gatewaySecret]);
    // Where memory cannot be read there is nothing to look at; where it can, what is there is found.
    if (inApi !== undefined) {
      expect(inApi).toEqual([gatewaySecret]);
      expect(findInMemory(gateway, databricks)?.length).toBeGreaterThan(0);
    }

    process.kill(gateway, "SIGUSR2");
    await untilGone(gateway);
    await call(product, "/api/catalogs");
    process.kill(api, "SIGUSR2");
    await untilGone(api);
    await product.ended;
    const everything = said(product, auditFile);
    expect(everything).toContain('"log":"audit"');
    expect(everything.match(/front door ends: uncaughtException|"msg":"defect"/g)).toHaveLength(2);
    expect([...databricks, gatewaySecret, callersToken].filter((each) => everything.includes(each))).toEqual(
      [],
    );
  }, 120_000);
});

test("a process that is aborted says no secret", async () => {
  await using product = await startProduct({
    env: { ...identities["a token in the environment"]!(), NODE_EXTRA_CA_CERTS: String(workspace.caFile) },
  });
  await fetch(`${product.origin}/api/catalogs`);
  for (const name of ["databricks-gateway", "api"] as const) process.kill(product.pidOf(name), "SIGABRT");
  await product.ended;
  for (const each of [mine.token, gatewaySecret]) expect(product.output()).not.toContain(each);
});
