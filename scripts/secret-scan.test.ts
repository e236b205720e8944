import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultSeed,
  type Fault,
  type LocalWorkspace,
  startLocalWorkspace,
} from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProcesses } from "./start-product.ts";

/**
 * The real product with a canary in every setting that is a secret, driven through every error path that a caller can
 * reach. The canaries look like no known kind of secret, so no pattern of a redactor can catch them.
 */
const canary = (of: string) => `canary.${of}.${randomBytes(12).toString("hex")}`;
const mine = {
  token: canary("token"),
  clientSecret: canary("client-secret"),
  profileToken: canary("profile-token"),
  otherToken: canary("other-token"),
  nextClientSecret: canary("next-client-secret"),
} as const;
const gatewaySecret = canary("gateway-secret");
/** A caller's own: it passes through the front door, and appears nowhere. */
const callersToken = canary("callers-token");
const servicePrincipal = defaultSeed.servicePrincipals[0]!;

let folder: string;
let workspace: LocalWorkspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace"), tls: true });
  for (const token of [mine.token, mine.profileToken, mine.otherToken])
    await workspace.changeCredentials({ addToken: { principal: "alice@example.com", token } });
  await setClientSecret(mine.clientSecret);
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

const { applicationId } = servicePrincipal;
const setClientSecret = (clientSecret: string) =>
  workspace.changeCredentials({ setClientSecret: { applicationId, clientSecret } });

const write = (name: string, text: string) => {
  mkdirSync(join(folder, "secrets"), { recursive: true });
  writeFileSync(join(folder, "secrets", name), text);
  return join(folder, "secrets", name);
};

const profile = (name: string, token: string) => `[${name}]\nhost = ${workspace.url}\ntoken = ${token}\n`;
/** A service principal with a mounted secret, beside a token that it overrules and workspaces that are profiles. */
const settings = () => ({
  DATABRICKS_HOST: workspace.url,
  DATABRICKS_CLIENT_ID: applicationId,
  DATABRICKS_CLIENT_SECRET_FILE: write("client-secret", mine.clientSecret),
  DATABRICKS_TOKEN: mine.token,
  DATABRICKS_CONFIG_FILE: write(
    "databrickscfg",
    profile("team", mine.profileToken) + profile("other", mine.otherToken),
  ),
  DATABRICKS_WORKSPACES: "team,other",
});
/** The secrets that the gateway knows, and so the only ones that a reply of Databricks can echo. */
const sent = [mine.clientSecret, mine.token, mine.profileToken, mine.otherToken];

/** Loaded into every process: on SIGUSR2 it throws an error that has its whole environment in message, field and cause. */
const crash = `
  const everything = JSON.stringify(process.env);
  process.on("SIGUSR2", () => {
    throw Object.assign(new Error(everything, { cause: new Error(everything) }), { everything });
  });`;

const replies: string[] = [];

async function call(product: RunningProduct, path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(`${product.origin}${path}`, {
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

/** Sends bytes that are no HTTP, or hardly. */
async function raw(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).on("data", (data) => replies.push(String(data)));
  socket.end(text);
  await new Promise((resolve) => socket.once("close", resolve));
}

const query = (sql: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  // The deadline ends a call whose reply of the Thrift service is cut short.
  body: JSON.stringify({ sql, timeout_ms: 1_000 }),
});

async function driveRoutes(product: RunningProduct, workspaceQuery: string): Promise<void> {
  const to = (path: string) => `${path}${path.includes("?") ? "&" : "?"}${workspaceQuery}`;
  const file = to(`/api/files?path=${encodeURIComponent("/Volumes/main/default/files/scan.txt")}`);
  await call(product, "/ready?deep=true");
  await call(product, to("/api/me"));
  await call(product, to("/api/catalogs"));
  await call(product, to("/api/schemas?catalog=nowhere"));
  await call(product, file, { method: "PUT", body: "text" });
  await call(product, file);
  await call(product, to("/api/query"), query("SELECT 1 AS one"));
  await call(product, to("/api/query"), query("SELECT nothing FROM nowhere"));
}

/** Replies of a workspace, or of whoever stands in its place, that echo what it was sent in every place that is read. */
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

async function driveFaults(product: RunningProduct, workspaceQuery: string): Promise<void> {
  for (const fault of echoes(sent)) {
    for (const path of ["/api/*", "/sql/*", "/oidc/*"]) workspace.addFault({ path, ...fault });
    await call(product, `/api/catalogs?${workspaceQuery}`);
    await call(product, `/api/query?${workspaceQuery}`, query("SELECT 1 AS one"));
    await call(product, "/ready?deep=true");
    workspace.clearFaults();
  }
}

async function driveCallersFaults(product: RunningProduct): Promise<void> {
  const bearer = { headers: { authorization: `Bearer ${callersToken}` } };
  for (const fault of echoes([...sent, callersToken])) {
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

/** Everything that the product has said or written. */
function said(product: RunningProduct, auditFile: string): string {
  const audit = readdirSync(join(auditFile, "..")).map((name) =>
    readFileSync(join(auditFile, "..", name), "utf8"),
  );
  return [product.output(), ...replies, ...audit].join("\n");
}

const process_ = (pid: number, name: "environ" | "cmdline") => readFileSync(`/proc/${pid}/${name}`, "latin1");
const untilGone = (pid: number) => expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);

async function rotate(product: RunningProduct): Promise<void> {
  write("client-secret", `${mine.nextClientSecret} and more`);
  await expect.poll(() => product.output()).toContain("settings not applied");
  await setClientSecret(mine.nextClientSecret);
  write("client-secret", mine.nextClientSecret);
  await expect.poll(() => product.output()).toContain("identity replaced");
}

/** Crashes both processes with errors that hold everything they know. */
async function crashBoth(product: RunningProduct): Promise<void> {
  const [api, gateway] = [product.pidOf("api"), product.pidOf("databricks-gateway")];
  process.kill(gateway, "SIGUSR2");
  await untilGone(gateway);
  await call(product, "/api/catalogs");
  process.kill(api, "SIGUSR2");
  await untilGone(api);
  expect(await product.ended).toBe(1);
  expect(product.output().match(/"msg":"uncaught exception"/g)).toHaveLength(2);
}

test("the product says no secret in a log, a reply, the audit log or a crash, and the front door has none of Databricks' in it", async () => {
  const auditFile = join(folder, "audit/audit.log");
  mkdirSync(join(auditFile, ".."));
  await using product = await startProcesses({
    env: {
      ...settings(),
      GATEWAY_SECRET: gatewaySecret,
      NODE_EXTRA_CA_CERTS: String(workspace.caFile),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
      LOG_LEVEL: "trace",
      AUDIT_LOG: auditFile,
      AUDIT_SQL: "true",
      AUDIT_PARAMETERS: "true",
    },
  });
  expect(await call(product, "/api/me")).toBe(200);
  // As the gateway's own identity, and as a profile.
  for (const workspaceQuery of ["", "workspace=team"]) {
    await driveRoutes(product, workspaceQuery);
    await driveFaults(product, workspaceQuery);
  }
  await driveCallersFaults(product);
  await driveMalformed(product);
  await rotate(product);
  expect(await call(product, "/api/catalogs")).toBe(200);

  const databricks = Object.values(mine);
  const api = product.pidOf("api");
  for (const file of ["environ", "cmdline"] as const) {
    expect(databricks.filter((each) => process_(api, file).includes(each))).toEqual([]);
    expect(process_(api, file)).not.toContain("DATABRICKS_");
  }
  const inApi = findInMemory(api, [...databricks, gatewaySecret]);
  // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
  if (inApi !== undefined) {
    expect(inApi).toEqual([gatewaySecret]);
    const { nextClientSecret } = mine;
    expect(findInMemory(product.pidOf("databricks-gateway"), [nextClientSecret])).toEqual([nextClientSecret]);
  }

  await crashBoth(product);
  const everything = said(product, auditFile);
  expect(everything).toContain('"log":"audit"');
  expect([...databricks, gatewaySecret, callersToken].filter((each) => everything.includes(each))).toEqual(
    [],
  );
});
