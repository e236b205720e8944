import { OperationError } from "@front-door/operations";
import {
  askForBody,
  type Metrics,
  productVersion,
  type Redactor,
  repliesUnderWay,
  serveExpectations,
  type Tracing,
} from "@front-door/service-runtime";
import Fastify, { type FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { AuditLog } from "./audit/audit-log.ts";
import { type AuditSink, openAuditSink } from "./audit/audit-sink.ts";
import { LiveRedactor } from "./auth/live-redactor.ts";
import { Principals } from "./auth/principals.ts";
import { Rotation } from "./auth/rotation.ts";
import { Workspaces } from "./auth/workspaces.ts";
import type { GatewayConfig } from "./config/config.ts";
import { addAllowedOperationsRoute } from "./http/allowed-operations-route.ts";
import { addAuthorizeRoute } from "./http/authorize-route.ts";
import { CallerPolicies } from "./http/caller-policies.ts";
import { createSecretCheck } from "./http/check-caller.ts";
import { addErrorReplies, refuseConnection, refuseUrl } from "./http/error-replies.ts";
import type { CallLimits } from "./http/operation-call.ts";
import { describeOperations } from "./http/operation-list.ts";
import { Readiness } from "./http/readiness.ts";
import { logRequest, traceRequests } from "./http/request-trace.ts";
import { addRunRoute } from "./http/run-route.ts";
import { gatewayGauges } from "./metrics/gateway-gauges.ts";
import { operationMetrics } from "./metrics/operation-metrics.ts";
import { conversationSigner } from "./operations/genie/conversation-ids.ts";
import type { Handlers } from "./operations/handler.ts";
import * as registeredHandlers from "./operations/handlers.ts";
import { statementSigner } from "./operations/statements/statement-ids.ts";
import { streamMemoryLimits } from "./sql/stream-memory.ts";
import { DatabricksSpans } from "./tracing/databricks-spans.ts";
import { endOperationSpan } from "./tracing/operation-spans.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  /** The settings as they are now. Throws a ConfigError. Without it, credentials stay as they are. */
  readonly reread?: () => GatewayConfig;
  readonly logger?: Logger;
  /** Overrides the sink of the settings; for tests. */
  readonly auditSink?: AuditSink;
  readonly limits?: Partial<CallLimits>;
  /** Override the gateway's own; for tests. */
  readonly handlers?: Partial<Handlers>;
  readonly putBytesMax?: number;
  /** Where the gateway's metrics are recorded. Undefined: nothing is measured. */
  readonly metrics?: Metrics | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly readiness: Readiness;
    readonly rotation: Rotation;
    /** For everything that this process writes about itself: it knows the gateway's own secrets word for word. */
    readonly redact: Redactor;
  }
}

/** The type makes a missing handler a compile error. */
const allHandlers: Handlers = registeredHandlers;

/** docs/databricks.md, "Files API". */
const putBytesMax = 5 * 1024 ** 3;
const callerIdleMs = 60_000;
// Longer than any client keeps an idle connection, so that the gateway never closes one that is about to be used.
const keepAliveMs = 75_000;
// The header of an upload holds a path of 4,096 bytes and a token of 8,192, in base64.
const headerBytesMax = 64 * 1024;

/** An operation checks its own parameters. Without this Fastify would load two compilers of schemas that no route has. */
function noSchemas(): never {
  throw new Error("a route has a schema");
}

/** The gateway without its process: it neither listens nor reads the environment. `close()` ends its connections. */
export function buildGateway(options: GatewayOptions): FastifyInstance {
  const { config } = options;
  const logger = options.logger ?? pino({ level: config.logLevel });
  const redactor = new LiveRedactor(config);
  const { redact } = redactor;
  const principals = new Principals();
  const sink = options.auditSink ?? openAuditSink(config.audit, logger);
  const audit = new AuditLog({ config: config.audit, sink, principals, redact });
  const workspaceParts = {
    redact,
    rereadSettings: () => rotation.check(),
    callerSharePercent: config.callerSharePercent,
    proxyFor: config.proxyFor,
    putBytesMax: options.putBytesMax ?? putBytesMax,
  };
  const workspaces = new Workspaces(config, workspaceParts, logger);
  const limits = { callerIdleMs, ...options.limits };
  const streamMemory = streamMemoryLimits({ ...config, ...limits });
  const readiness = new Readiness({ audit, workspaces, principals, logger, redact, streamMemory });
  const rotation: Rotation = new Rotation({
    config,
    reread: options.reread ?? (() => config),
    workspaces,
    principals,
    redactor,
    logger,
    onReplaced: () => void readiness.learnPrincipals(),
  });
  const app = createServer();
  app.decorate("readiness", readiness).decorate("rotation", rotation).decorate("redact", redact);
  const { metrics, tracing } = options;
  const measure = metrics && operationMetrics(metrics);
  const spans = tracing && new DatabricksSpans();
  const requests = traceRequests(app, {
    redact,
    tracing,
    bodyMs: limits.callerIdleMs,
    onEnd: (trace) => {
      logRequest(logger, trace);
      audit.end(trace);
      measure?.(trace);
      endOperationSpan(trace);
    },
  });
  if (metrics) {
    gatewayGauges(metrics, { requestsInProgress: requests.inProgress, streamMemory, workspaces });
  }
  addErrorReplies(app);
  addOpenRoutes(app, readiness);
  addRunDocument(app, config.secret);
  const policies = new CallerPolicies(config.policy, config.accessFile, logger);
  addAllowedOperationsRoute(app, { secret: config.secret, workspaces, policies });
  addAuthorizeRoute(app, { secret: config.secret, workspaces, policies, audit });
  const statementIdsOf = statementSigner(config.secret);
  const conversationIdsOf = conversationSigner(config.secret);
  addRunRoute(app, {
    secret: config.secret,
    idsOf: (owner) => ({ statementIds: statementIdsOf(owner), conversationIds: conversationIdsOf(owner) }),
    audit,
    workspaces,
    principals,
    policies,
    handlers: { ...allHandlers, ...options.handlers },
    limits,
    streamMemory,
    within: spans?.within.bind(spans),
  });
  app.addHook("onListen", async () => rotation.start());
  app.addHook("onClose", async () => {
    rotation.stop();
    policies.close();
    spans?.close();
    await workspaces.close();
    await sink.close();
  });
  return app;
}

/** Fastify without a route, without its checks by schemas, and with our replies to what it refuses before it has a route. */
function createServer(): FastifyInstance {
  const app = Fastify({
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // A limit for the whole request would cut long uploads; each operation has its own deadline.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: "idle",
    // Fastify's own 503 while closing is not the error envelope.
    return503OnClosing: false,
    frameworkErrors: refuseUrl,
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, isReplying(socket)),
    http: { maxHeaderSize: headerBytesMax },
  });
  const isReplying = repliesUnderWay(app.server);
  serveExpectations(app.server);
  // After the checks of every `onRequest`, and before any body is read.
  app.addHook("preParsing", ({ raw }, reply, _payload, done) => {
    askForBody(raw, reply.raw);
    done();
  });
  return app;
}

/** `GET /openapi.json`, for callers with the secret. */
function addRunDocument(app: FastifyInstance, secret: string): void {
  const checkSecret = createSecretCheck(secret);
  // It takes a moment to make, and few ask for it: not even the module is loaded before.
  let document: Promise<object> | undefined;
  app.get("/openapi.json", async ({ raw }) => {
    checkSecret(raw);
    document ??= import("./http/run-document.ts").then(({ createRunDocument }) => createRunDocument());
    return document;
  });
}

/** The routes without a secret: they reveal nothing that a program on this machine may not know. */
function addOpenRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get("/health", async () => ({ status: "ok", version: productVersion }));
  app.get<{ Querystring: { deep?: string } }>("/ready", async ({ query: { deep = "false" } }) => {
    if (deep !== "true" && deep !== "false") {
      throw new OperationError("INVALID_PARAMETER_VALUE", "deep: must be true or false");
    }
    return readiness.check(deep === "true");
  });
  // Its JSON Schemas take milliseconds to make.
  let list: object | undefined;
  app.get("/operations", async () => (list ??= describeOperations()));
}
