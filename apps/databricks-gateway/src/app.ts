import { randomUUID } from "node:crypto";
import { gatewayHeader, requestIdPattern } from "@front-door/operations";
import { createRedactor, type Redactor } from "@front-door/redaction";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Logger, pino } from "pino";
import { Authenticator } from "./auth/authenticator.ts";
import { WorkspaceClients } from "./auth/workspace-clients.ts";
import type { GatewayConfig } from "./config.ts";
import { createTransport } from "./databricks/transport.ts";
import type { Handlers } from "./operations/handler.ts";
import { handlers as allHandlers } from "./operations/handlers.ts";
import { checkHost } from "./run/admission.ts";
import { refuseConnection, refuseUrl } from "./run/early-refusals.ts";
import { addErrorReplies } from "./run/error-replies.ts";
import { addGracefulClose } from "./run/graceful-close.ts";
import { describeOperations } from "./run/operation-list.ts";
import { Readiness } from "./run/readiness.ts";
import { logRequest, type RequestTrace } from "./run/request-trace.ts";
import { addRunRoute, type RunLimits } from "./run/run-route.ts";
import { LazySql } from "./sql/lazy-sql.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly logger?: Logger;
  readonly limits?: Partial<RunLimits>;
  /** In place of the gateway's own; for tests. */
  readonly handlers?: Partial<Handlers>;
}

const callerIdleMs = 60_000;
// Longer than any client keeps an idle connection, so that it is never the gateway that closes one just being used.
const keepAliveMs = 75_000;
// The header of an upload holds a path of 4,096 bytes and a token of 8,192, in base64.
const headerBytesMax = 64 * 1024;

/** The gateway without its process: it neither listens nor reads the environment. `close()` ends its connections. */
export function buildGateway(options: GatewayOptions): FastifyInstance {
  const { config } = options;
  const logger = options.logger ?? pino({ level: config.logLevel });
  const transport = createTransport(config.workspace.origin);
  const sql = new LazySql();
  const authenticator = new Authenticator(
    config.workspace.origin,
    config.identity,
    new WorkspaceClients({ transport, sql, warehousePath: config.workspace.httpPath }),
  );
  const app = Fastify({
    logger: false,
    // The limit of a request as a whole would cut long uploads; the deadline of each operation is the limit.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: "idle",
    // Fastify's own 503 while closing is not the error envelope.
    return503OnClosing: false,
    frameworkErrors: refuseUrl,
    clientErrorHandler: refuseConnection,
    http: { maxHeaderSize: headerBytesMax },
  });
  addRequestTrace(app, config, logger);
  addGracefulClose(app);
  addErrorReplies(app);
  addOpenRoutes(app, new Readiness(config, authenticator));
  addRunRoute(app, {
    secret: config.secret,
    authenticator,
    handlers: { ...allHandlers, ...options.handlers },
    limits: { callerIdleMs, ...options.limits },
  });
  app.addHook("onClose", async () => {
    // Sessions are closed with tokens that are fetched by the transport.
    await sql.close();
    await transport.close();
  });
  return app;
}

/** The routes that need no secret: they say nothing that a program on this machine may not know. */
function addOpenRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get("/health", async () => ({ status: "ok" }));
  app.get<{ Querystring: { deep?: string } }>("/ready", async ({ query }) => {
    return readiness.check(query.deep === "1" || query.deep === "true");
  });
  let list: string | undefined;
  app.get("/operations", async (_request, reply) => {
    list ??= JSON.stringify(describeOperations());
    return reply.type("application/json; charset=utf-8").send(list);
  });
}

/** For everything that this process writes about itself: it knows the gateway's own secrets word for word. */
export function createConfigRedactor(config: GatewayConfig): Redactor {
  const secrets = [config.secret, ...Object.values(config.identity.credentials)];
  return createRedactor([new URL(config.workspace.origin).host], secrets);
}

function addRequestTrace(app: FastifyInstance, config: GatewayConfig, logger: Logger): void {
  const redact = createConfigRedactor(config);
  app.decorateRequest("trace", null as unknown as RequestTrace);
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    const given = request.headers[gatewayHeader.requestId];
    const requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
    request.trace = { requestId, startedMs: performance.now(), redact };
    reply.header(gatewayHeader.requestId, requestId);
    // The response's own event: unlike Fastify's hooks it comes for broken connections too.
    reply.raw.once("close", () => {
      if (reply.raw.writableFinished) request.trace.status ??= reply.raw.statusCode;
      logRequest(logger, request);
    });
    checkHost(request, config.port);
  });
}
