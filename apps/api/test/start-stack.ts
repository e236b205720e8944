import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { buildGateway, parseConfig } from "@front-door/databricks-gateway";
import { GatewayClient } from "@front-door/gateway-client";
import { defaultSeed, type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { withEndlessStatements } from "@front-door/local-workspace/test/endless-statement";
import { errorEnvelope, errorTable, isErrorCode } from "@front-door/operations";
import type { Environment } from "@front-door/service-runtime";
import { type Logger, pino } from "pino";
import { Client, type Dispatcher, Pool } from "undici";
import { createApp } from "../src/app.ts";
import { createHttpServer } from "../src/http/http-server.ts";
import type { RequestObserver } from "../src/http/receive-request.ts";
import type { ServerFactory } from "../src/mcp/mcp-server.ts";
import type { HitCounter } from "../src/rate-limit/hit-counter.ts";
import { loadConfig } from "../src/settings/config.ts";
import { defaultLimits, type Limits } from "../src/settings/limits.ts";

export { endless } from "@front-door/local-workspace/test/endless-statement";
export const gatewaySecret = "a-secret-for-tests-0123456789";
export const volume = "/Volumes/main/default/files";

/** Tokens of the local workspace's users: Alice may do everything, Bob may read `main`. */
export const tokens = { alice: tokenOf("alice@example.com"), bob: tokenOf("bob@example.com") };

function tokenOf(userName: string): string {
  const user = defaultSeed.users.find((each) => each.userName === userName);
  if (!user) throw new Error(`the local workspace has no ${userName}`);
  return user.token;
}

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly bytes: Buffer;
  readonly text: string;
  // A test says what it expects of a reply, whatever it is.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface CallInit {
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** The caller's own address, one of 127.0.0.0/8; without it 127.0.0.1. */
  readonly from?: string;
}

export interface Stack {
  readonly url: string;
  readonly port: number;
  readonly gatewayPort: number;
  readonly server: Server;
  readonly workspace: LocalWorkspace;
  readonly settingsFile: string;
  /** Every line that the processes logged, parsed. */
  readonly log: { readonly api: LogLine[]; readonly gateway: LogLine[] };
  /** Every line of the audit log, parsed. */
  readonly audit: LogLine[];
  call(method: string, path: string, init?: CallInit): Promise<Answer>;
  /** As if its process were killed: what is under way breaks off. */
  stopGateway(): Promise<void>;
  /** On the port it had before. */
  startGateway(): Promise<void>;
  close(): Promise<void>;
}

export interface StackOptions {
  /** Whether the workspace speaks HTTPS, which takes a stack half as much CPU again: sql.test.ts proves that it works. */
  readonly tls?: boolean;
  /** The front door's settings, as its environment has them. */
  readonly settings?: Environment;
  /** The gateway's, besides those that every test needs. */
  readonly gatewaySettings?: Environment;
  readonly gatewayParts?: GatewayParts;
  /** Of another stack, in place of a workspace of its own. */
  readonly workspace?: LocalWorkspace;
  readonly headersTimeoutMs?: number;
  readonly callerHits?: HitCounter;
  /** Measures or traces the front door's requests. */
  readonly observerOf?: (gateway: GatewayClient) => RequestObserver;
  readonly callsMax?: number;
  readonly streamsMax?: number;
  readonly mcpServerFor?: ServerFactory;
  readonly isStopping?: () => boolean;
}

/** Parts and limits of the gateway that differ from those that every test has. */
type GatewayParts = Partial<
  Pick<Parameters<typeof buildGateway>[0], "auditSink" | "limits" | "metrics" | "tracing">
>;

export type LogLine = Record<string, unknown>;

/** The front door, the real gateway and the local workspace, each on a free port, talking over sockets. */
export async function startStack(
  limits: Partial<Limits> = {},
  {
    tls = false,
    settings = {},
    gatewaySettings = {},
    gatewayParts = {},
    workspace: otherWorkspace,
    headersTimeoutMs,
    callerHits,
    observerOf,
    callsMax,
    streamsMax,
    mcpServerFor,
    isStopping,
  }: StackOptions = {},
): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), "front-door-"));
  const workspace =
    otherWorkspace ??
    (await startLocalWorkspace({ dir: join(dir, "workspace"), tls, sqlEngine: withEndlessStatements }));
  const trusted = getCACertificates("default");
  // What NODE_EXTRA_CA_CERTS does for a process at its start.
  const ca = workspace.caFile === undefined ? [] : [await readFile(workspace.caFile, "utf8")];
  if (tls) setDefaultCACertificates([...trusted, ...ca]);
  const log = { api: [] as LogLine[], gateway: [] as LogLine[] };
  const audit: LogLine[] = [];
  const gatewayPort = await freePort();
  const gatewaySockets = new Set<Socket>();
  const startGateway = async () => {
    const started = await listenGateway(
      gatewayPort,
      workspace.url,
      { logger: collect(log.gateway), audit, ...gatewayParts },
      gatewaySettings,
    );
    started.server.on("connection", (socket: Socket) => {
      gatewaySockets.add(socket);
      socket.once("close", () => gatewaySockets.delete(socket));
    });
    return started;
  };
  let gateway = await startGateway();

  const settingsFile = join(dir, ".env.local");
  const config = loadConfig({
    SETTINGS_FILE: settingsFile,
    GATEWAY_SECRET: gatewaySecret,
    CONSOLE: "off",
    ...settings,
  });
  const client = new GatewayClient({
    origin: `http://127.0.0.1:${gatewayPort}`,
    secret: gatewaySecret,
    // Tests of a gateway that is gone need not wait long for it.
    reconnectMs: 100,
    callerSharePercent: config.callerSharePercent,
    ...(callsMax === undefined ? {} : { callsMax }),
    ...(streamsMax === undefined ? {} : { streamsMax }),
  });
  const logger = collect(log.api);
  const app = createApp({
    config,
    gateway: client,
    logger,
    limits: { ...defaultLimits, ...limits },
    ...(callerHits === undefined ? {} : { callerHits }),
    ...(mcpServerFor === undefined ? {} : { mcpServerFor }),
    ...(isStopping === undefined ? {} : { isStopping }),
    observers: observerOf === undefined ? [] : [observerOf(client)],
  });
  const server = createHttpServer(app, logger, headersTimeoutMs);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64 });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    gatewayPort,
    server,
    workspace,
    settingsFile,
    log,
    audit,
    async call(method, path, init = {}) {
      if (init.from === undefined) return call(pool, method, path, init);
      const elsewhere = new Client(`http://127.0.0.1:${port}`, { localAddress: init.from });
      return call(elsewhere, method, path, init).finally(() => void elsewhere.close());
    },
    async stopGateway() {
      for (const socket of gatewaySockets) socket.destroy();
      await gateway.close();
    },
    async startGateway() {
      gateway = await startGateway();
    },
    async close() {
      await pool.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.close();
      await gateway.close();
      if (otherWorkspace === undefined) await workspace.close();
      if (tls) setDefaultCACertificates(trusted);
      await rm(dir, { recursive: true });
    },
  };
}

async function listenGateway(
  port: number,
  workspaceUrl: string,
  { logger, audit, ...parts }: GatewayParts & { readonly logger: Logger; readonly audit: LogLine[] },
  settings: Environment,
) {
  const [principal] = defaultSeed.servicePrincipals;
  const config = parseConfig({
    GATEWAY_PORT: String(port),
    GATEWAY_SECRET: gatewaySecret,
    DATABRICKS_HOST: workspaceUrl,
    DATABRICKS_CLIENT_ID: principal?.applicationId,
    DATABRICKS_CLIENT_SECRET: principal?.clientSecret,
    LOCAL_WORKSPACE: "true",
    // Those too that must be allowed by name.
    ALLOWED_OPERATIONS: "*,destructive,admin",
    ...settings,
  });
  const auditSink = {
    write: (line: string) => void audit.push(JSON.parse(line) as LogLine),
    close: async () => undefined,
  };
  const gateway = buildGateway({ config, logger, auditSink, ...parts });
  await gateway.listen({ host: "127.0.0.1", port });
  return gateway;
}

async function call(client: Dispatcher, method: string, path: string, init: CallInit): Promise<Answer> {
  const reply = await client.request({
    method: method,
    path,
    headers: { ...(init.json === undefined ? {} : { "content-type": "application/json" }), ...init.headers },
    // undici takes an async iterable, which its types leave out.
    body: (init.json === undefined ? init.body : JSON.stringify(init.json)) as string,
  });
  const bytes = Buffer.from(await reply.body.bytes());
  const text = bytes.toString();
  const isPage = String(reply.headers["content-type"]).startsWith("text/html");
  if (reply.statusCode >= 400 && method !== "HEAD" && !isPage) checkEnvelope(reply, text);
  const isPlain = reply.headers["content-encoding"] === undefined && text !== "";
  const isJson = isPlain && String(reply.headers["content-type"]).startsWith("application/json");
  return {
    status: reply.statusCode,
    headers: reply.headers,
    bytes,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** Every failure of every test is the one envelope, with the status that the table gives its code. */
function checkEnvelope({ statusCode, headers }: Dispatcher.ResponseData, text: string): void {
  const envelope = errorEnvelope.parse(JSON.parse(text));
  const known = isErrorCode(envelope.error_code) ? errorTable[envelope.error_code] : undefined;
  const { status, retryable, request_id: requestId } = envelope;
  // Whoever does not know whether the operation has run must not send it again.
  const mayRetry = envelope.outcome === undefined && known?.retryable;
  const expected = { status: known?.status ?? statusCode, retryable: mayRetry ?? retryable };
  if (status !== statusCode || status !== expected.status || retryable !== expected.retryable) {
    throw new Error(`${statusCode} with ${text}, expected ${JSON.stringify(expected)}`);
  }
  if (requestId !== headers["x-request-id"])
    throw new Error(`request id ${String(headers["x-request-id"])}: ${text}`);
}

/** `/api/files?path=…` and the like, encoded as a careful client does. */
export function at(route: string, path: string, more: Record<string, string> = {}): string {
  const pairs = Object.entries({ path, ...more });
  return `${route}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

function collect(lines: LogLine[]): Logger {
  return pino({ level: "trace" }, { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
