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
import { type OtlpReceiver, startOtlpReceiver } from "@front-door/api/test/otlp-receiver";
import {
  defaultSeed,
  type Fault,
  type LocalWorkspace,
  startLocalWorkspace,
} from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProcesses } from "./start-product.ts";
import { watchTelemetry } from "./watch-telemetry.ts";

/**
 * The real product, which exports traces, with a canary in every setting that is a secret, driven through every error path
 * that a caller can reach. The canaries look like no known kind of secret, so no pattern of a redactor can catch them.
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
/** Of the service that takes the traces. */
const collectorKey = canary("collector-key");
/** A caller's own: it passes through the front door, and appears nowhere. */
const callersToken = canary("callers-token");
const servicePrincipal = defaultSeed.servicePrincipals[0]!;

let folder: string;
let auditFile: string;
let workspace: LocalWorkspace;
let receiver: OtlpReceiver;
let telemetry: ReturnType<typeof watchTelemetry>;
let product: RunningProduct;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secret-scan-"));
  auditFile = join(folder, "audit/audit.log");
  mkdirSync(join(auditFile, ".."));
  receiver = await startOtlpReceiver();
  telemetry = watchTelemetry(folder);
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace"), tls: true });
  for (const token of [mine.token, mine.profileToken, mine.otherToken])
    await workspace.changeCredentials({ addToken: { principal: "alice@example.com", token } });
  await setClientSecret(mine.clientSecret);
  product = await startProcesses({
    env: {
      ...settings(),
      GATEWAY_SECRET: gatewaySecret,
      NODE_EXTRA_CA_CERTS: String(workspace.caFile),
      NODE_OPTIONS: `${telemetry.nodeOptions} --import=data:text/javascript,${encodeURIComponent(crash)}`,
      LOG_LEVEL: "trace",
      AUDIT_LOG: auditFile,
      AUDIT_SQL: "true",
      AUDIT_PARAMETERS: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: `api-key=${collectorKey}`,
      OTEL_SERVICE_NAME: "shop",
    },
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
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

async function call(path: string, init: RequestInit = {}, origin = product.origin): Promise<number> {
  const response = await fetch(`${origin}${path}`, init).catch((error: unknown) => String(error));
  if (typeof response === "string") {
    replies.push(response);
    return 0;
  }
  replies.push(JSON.stringify([...response.headers]), await response.text().catch(String));
  return response.status;
}

async function run(body: string, given: Record<string, string> = {}): Promise<number> {
  const headers = { "content-type": "application/json", "x-gateway-secret": gatewaySecret, ...given };
  return call("/run", { method: "POST", headers, body }, `http://127.0.0.1:${product.gatewayPort}`);
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

async function driveRoutes(workspaceQuery: string): Promise<void> {
  const to = (path: string) => `${path}${path.includes("?") ? "&" : "?"}${workspaceQuery}`;
  const file = to(`/api/files?path=${encodeURIComponent("/Volumes/main/default/files/scan.txt")}`);
  await call("/ready?deep=true");
  await call(to("/api/me"));
  await call(to("/api/catalogs"));
  await call(to("/api/schemas?catalog=nowhere"));
  await call(file, { method: "PUT", body: "text" });
  await call(file);
  await call(to("/api/query"), query("SELECT 1 AS one"));
  await call(to("/api/query"), query("SELECT nothing FROM nowhere"));
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

async function driveFaults(workspaceQuery: string): Promise<void> {
  for (const fault of echoes(sent)) {
    for (const path of ["/api/*", "/sql/*", "/oidc/*"]) workspace.addFault({ path, ...fault });
    await call(`/api/catalogs?${workspaceQuery}`);
    await call(`/api/query?${workspaceQuery}`, query("SELECT 1 AS one"));
    await call("/ready?deep=true");
    workspace.clearFaults();
  }
}

async function driveCallersFaults(): Promise<void> {
  const bearer = { headers: { authorization: `Bearer ${callersToken}` } };
  for (const fault of echoes([...sent, callersToken])) {
    workspace.addFault({ path: "/api/*", ...fault });
    await call("/api/me", bearer);
    workspace.clearFaults();
  }
}

async function driveMalformed(): Promise<void> {
  const port = Number(new URL(product.origin).port);
  const bearer = { authorization: `Bearer ${callersToken}` };
  await call("/api/me", { headers: bearer });
  await call("/api/me", { headers: { authorization: `Basic ${callersToken}` } });
  await call("/api/me", { headers: { ...bearer, cookie: `a=${callersToken}` } });
  await call(`/api/nothing?token=${callersToken}`, { headers: bearer });
  await call("/api/query", {
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
  await run("{");
  await run(JSON.stringify({ op: "me", auth: { token: callersToken } }));
  await run(JSON.stringify({ op: "me", auth: { token: `${callersToken} ` } }));
  await run(JSON.stringify({ op: "me", auth: { token: callersToken, host: "https://elsewhere.example" } }));
  await run(JSON.stringify({ op: "me", workspace: "other" }));
  await run(JSON.stringify({ op: "me" }), { "x-gateway-secret": `${gatewaySecret}x` });
  await run(JSON.stringify({ op: "me" }), { "x-gateway-caller": gatewaySecret });
}

/** Everything that the product has said, written or exported. */
function said(): string {
  const audit = readdirSync(join(auditFile, "..")).map((name) =>
    readFileSync(join(auditFile, "..", name), "utf8"),
  );
  return [product.output(), ...replies, ...audit, JSON.stringify(receiver.spans)].join("\n");
}

const process_ = (pid: number, name: "environ" | "cmdline") => readFileSync(`/proc/${pid}/${name}`, "latin1");
const untilGone = (pid: number) => expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);

async function rotate(): Promise<void> {
  write("client-secret", `${mine.nextClientSecret} and more`);
  await expect.poll(() => product.output()).toContain("settings not applied");
  await setClientSecret(mine.nextClientSecret);
  write("client-secret", mine.nextClientSecret);
  await expect.poll(() => product.output()).toContain("identity replaced");
}

/** Crashes both processes with errors that hold everything they know. */
async function crashBoth(): Promise<void> {
  const [api, gateway] = [product.pidOf("api"), product.pidOf("databricks-gateway")];
  process.kill(gateway, "SIGUSR2");
  await untilGone(gateway);
  await call("/api/catalogs");
  process.kill(api, "SIGUSR2");
  await untilGone(api);
  expect(await product.ended).toBe(1);
  expect(product.output().match(/"msg":"uncaught exception"/g)).toHaveLength(2);
}

test("one request is found by its id and its trace in the reply, both logs, the audit log, the exported spans and the workspace's history", async () => {
  const [requestId, traceId] = ["the-one-request", "4bf92f3577b34da6a3ce929d0e0e4736"];
  const reply = await fetch(`${product.origin}/api/query`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-request-id": requestId,
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify({ sql: "SELECT 42 AS answer" }),
  });
  await reply.json();
  expect([reply.status, reply.headers.get("x-request-id")]).toEqual([200, requestId]);
  const history = await fetch(`${product.origin}/api/query-history`);
  const { queries } = (await history.json()) as { queries: { query_text: string; query_tags: object }[] };
  expect(queries.find(({ query_text: text }) => text === "SELECT 42 AS answer")?.query_tags).toEqual([
    { key: "front_door_request_id", value: requestId },
  ]);

  const spans = () => receiver.spans.filter((span) => span.traceId === traceId);
  const own = () => spans().filter(({ attributes }) => attributes["front_door.request_id"] === requestId);
  await expect
    .poll(() =>
      own()
        .map(({ service, name }) => `${service}: ${name}`)
        .toSorted(),
    )
    .toEqual(["shop-gateway: execute_query", "shop: execute_query"]);
  expect(spans().filter(({ name }) => name === "POST sql/thrift").length).toBeGreaterThanOrEqual(2);
  const lines = product
    .output()
    .split("\n")
    .filter((line) => line.includes(requestId));
  for (const service of ["api", "databricks-gateway"]) {
    const line = lines.find((each) => each.includes(`"service":"${service}"`));
    expect(line).toContain(`"trace_id":"${traceId}"`);
  }
  const audited = readFileSync(auditFile, "utf8").split("\n");
  expect(audited.find((line) => line.includes(requestId))).toContain(`"trace_id":"${traceId}"`);
  expect(receiver.headers[0]?.["api-key"]).toBe(collectorKey);
  // So start.test.ts, in which no process may load a module, would see one.
  for (const app of ["apps/api", "apps/databricks-gateway"]) expect(telemetry.loaded()).toContain(app);
});

// The last one: afterwards nothing runs.
test("the product says no secret in a log, a reply, the audit log, a trace or a crash, and the front door has none of Databricks' in it", async () => {
  expect(await call("/api/me")).toBe(200);
  // As the gateway's own identity, and as a profile.
  for (const workspaceQuery of ["", "workspace=team"]) {
    await driveRoutes(workspaceQuery);
    await driveFaults(workspaceQuery);
  }
  await driveCallersFaults();
  await driveMalformed();
  await rotate();
  expect(await call("/api/catalogs")).toBe(200);

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

  await crashBoth();
  const everything = said();
  expect(everything).toContain('"log":"audit"');
  const secrets = [...databricks, gatewaySecret, collectorKey, callersToken];
  expect(secrets.filter((each) => everything.includes(each))).toEqual([]);
});
