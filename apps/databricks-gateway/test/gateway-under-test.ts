import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import {
  type LocalWorkspace,
  type LocalWorkspaceOptions,
  startLocalWorkspace,
} from "@front-door/local-workspace";
import { withEndlessStatements } from "@front-door/local-workspace/test/endless-statement";
import { type ErrorEnvelope, encodeRunHeader } from "@front-door/operations";
import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { Agent, type Dispatcher, request } from "undici";
import { buildGateway, type GatewayOptions } from "../src/app.ts";
import { parseConfig } from "../src/config/config.ts";
import { conversationSigner } from "../src/operations/genie/conversation-ids.ts";
import { statementSigner } from "../src/operations/statements/statement-ids.ts";

export const secret = "a-secret-of-the-tests-0123456789";
export const tokenOf = {
  alice: "local-token-alice",
  bob: "local-token-bob",
  carol: "local-token-carol",
} as const;
export const servicePrincipal = {
  clientId: "0f6c2b1e-5d34-4c88-8e9a-70b1a4c7d923",
  clientSecret: "local-secret-front-door-gateway",
} as const;

/** The id that a caller without a name would have for Databricks' statement `id`. */
export function signedId(workspaceUrl: string, id: string): string {
  return statementSigner(secret)({ caller: undefined, workspace: { origin: workspaceUrl } }).sign(id);
}

/** The parameters, with each id of Databricks as a caller without a name would have it. */
export function withSignedIds<Params extends object>(workspaceUrl: string, params: Params): Params {
  const owner = { caller: undefined, workspace: { origin: workspaceUrl } };
  const signed = {
    ...("statement_id" in params ? { statement_id: signedId(workspaceUrl, "01ef-1") } : {}),
    ...("conversation_id" in params
      ? { conversation_id: conversationSigner(secret)(owner).sign("01f0") }
      : {}),
  };
  return { ...params, ...signed };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // The tests look into replies of every shape; what they find there they assert.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface RunOptions {
  readonly token?: string;
  readonly session?: string;
  readonly subjectToken?: string;
  readonly host?: string;
  readonly workspace?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Whose connections it takes. Default: those of the gateway's port. */
  readonly dispatcher?: Dispatcher;
}

/** A gateway that listens, with what it logged. */
export interface GatewayUnderTest {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly log: Record<string, unknown>[];
  /** The audit log, parsed. */
  readonly audit: Record<string, unknown>[];
  run(op: string, params?: object, options?: RunOptions): Promise<Answer>;
  /** The reply as it comes, its body unread. */
  open(op: string, params?: object, options?: RunOptions): ReturnType<typeof request>;
  upload(params: object, body: string | Buffer | Readable, options?: RunOptions): Promise<Answer>;
  /**
   * Connections through a Unix socket. They hold a fifth of a megabyte, where those of the port hold ten: what a caller does
   * not read stays with the gateway.
   */
  openSmallConnections(): Promise<Dispatcher>;
  close(): Promise<void>;
}

let sockets = 0;

export async function startGateway(
  origin: string,
  environment: Record<string, string> = { DATABRICKS_TOKEN: tokenOf.alice },
  options: Omit<GatewayOptions, "config" | "logger"> = {},
  prepare: (app: FastifyInstance) => void = () => {},
): Promise<GatewayUnderTest> {
  const settings = {
    GATEWAY_SECRET: secret,
    DATABRICKS_HOST: origin,
    LOCAL_WORKSPACE: "true",
    // Those too that must be allowed by name.
    ALLOWED_OPERATIONS: "*,destructive,admin",
    ...environment,
  };
  const { log, logger } = recordingLogger();
  const audit: Record<string, unknown>[] = [];
  const auditSink = {
    write: (line: string) => void audit.push(JSON.parse(line) as Record<string, unknown>),
    close: async () => undefined,
  };
  const app = buildGateway({
    config: parseConfig(settings),
    // Of the files that the settings name: what they say now.
    reread: () => parseConfig(settings),
    logger,
    auditSink,
    ...options,
  });
  prepare(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const port = new Agent({ connections: 300 });
  const socket = createServer();
  let small: Agent | undefined;
  const open: GatewayUnderTest["open"] = (
    op,
    params = {},
    { token, session, subjectToken, host, workspace, headers, signal, dispatcher = port } = {},
  ) => {
    const given = { token, session, subject_token: subjectToken, host };
    const auth = Object.values(given).some((each) => each !== undefined) ? given : undefined;
    return request(`${url}/run`, {
      method: "POST",
      dispatcher,
      headers: { "content-type": "application/json", "x-gateway-secret": secret, ...headers },
      body: JSON.stringify({ op, params, workspace, auth }),
      ...(signal ? { signal } : {}),
    });
  };
  return {
    app,
    url,
    log,
    audit,
    open,
    run: async (...call) => toAnswer(await open(...call)),
    upload: async (params, body, { token, session, subjectToken, headers, signal } = {}) => {
      const isNamed = (token ?? session ?? subjectToken) !== undefined;
      const run = encodeRunHeader({
        op: "write_file",
        params: { ...params },
        ...(isNamed ? { auth: { token, session, subject_token: subjectToken } } : {}),
      });
      const reply = await request(`${url}/run`, {
        method: "POST",
        dispatcher: port,
        headers: {
          "content-type": "application/octet-stream",
          "x-gateway-secret": secret,
          "x-gateway-run": run,
          ...headers,
        },
        body,
        ...(signal ? { signal } : {}),
      });
      return toAnswer(reply);
    },
    openSmallConnections: async () => {
      const path = join(tmpdir(), `gateway-${process.pid}-${++sockets}.sock`);
      socket.on("connection", (connection) => void app.server.emit("connection", connection));
      await new Promise<void>((resolve) => socket.listen(path, resolve));
      small = new Agent({ connections: 300, connect: { socketPath: path } });
      return small;
    },
    close: async () => {
      await Promise.all([port.destroy(), small?.destroy()]);
      socket.close();
      await app.close();
    },
  };
}

export async function toAnswer(reply: Awaited<ReturnType<typeof request>>): Promise<Answer> {
  const text = await reply.body.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: reply.statusCode, headers: reply.headers, text, body };
}

function recordingLogger(): { log: Record<string, unknown>[]; logger: Logger } {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => {
    log.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { log, logger: pino({ level: "debug" }, { write }) };
}

/** A local workspace, and the folder of its state. */
export type WorkspaceUnderTest = LocalWorkspace & { readonly dir: string };

/** A local workspace in a folder of its own, which goes with it. */
export async function startWorkspace(
  options: Omit<Partial<LocalWorkspaceOptions>, "dir"> = {},
): Promise<WorkspaceUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), "gateway-test-"));
  const workspace = await startLocalWorkspace({ dir, sqlEngine: withEndlessStatements, ...options });
  return {
    ...workspace,
    dir,
    close: async () => {
      await workspace.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function errorOf(answer: Answer): ErrorEnvelope {
  return answer.body as ErrorEnvelope;
}

/** Waits until `condition` holds. After a minute, which only a failure takes, it throws and names `what` it waited for. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 60_000; !condition(); await delay(5)) {
    if (performance.now() > end) throw new Error(`waited a minute in vain: ${what}`);
  }
}
