import { describeError, type Redactor } from "@front-door/service-runtime";
import Fastify, { type FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { AuditLog } from "./audit/audit-log.ts";
import { type AuditSink, openAuditSink } from "./audit/audit-sink.ts";
import { LiveRedactor } from "./auth/live-redactor.ts";
import { Principals } from "./auth/principals.ts";
import { Rotation } from "./auth/rotation.ts";
import { Workspaces } from "./auth/workspaces.ts";
import type { GatewayConfig } from "./config/config.ts";
import { refuseConnection, refuseUrl } from "./http/early-refusals.ts";
import { addErrorReplies } from "./http/error-replies.ts";
import { followRequests } from "./http/follow-requests.ts";
import type { CallLimits } from "./http/operation-call.ts";
import { describeOperations } from "./http/operation-list.ts";
import { Readiness, type ReadyReply } from "./http/readiness.ts";
import { logRequest } from "./http/request-trace.ts";
import { addRunRoute } from "./http/run-route.ts";
import type { Handlers } from "./operations/handler.ts";
import * as registeredHandlers from "./operations/handlers.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  /** The settings as they are now; without it credentials are never taken up anew. Throws a ConfigError. */
  readonly reread?: () => GatewayConfig;
  readonly logger?: Logger;
  /** In place of what the settings say; for tests. */
  readonly auditSink?: AuditSink;
  readonly limits?: Partial<CallLimits>;
  /** In place of the gateway's own; for tests. */
  readonly handlers?: Partial<Handlers>;
}

/** The gateway's own identities while it runs. */
interface OwnIdentities {
  /** Of every workspace, for the log. */
  describe(): ReadyReply["workspaces"];
  /** Takes up what the settings' files say now. */
  reread(): Promise<void>;
  /** Asks Databricks for the names of those that are not known; calls it anew for each that replaces another. */
  learn(): Promise<void>;
  /** For everything that this process writes about itself: it knows the gateway's own secrets word for word. */
  readonly redact: Redactor;
}

declare module "fastify" {
  interface FastifyInstance {
    ownIdentities: OwnIdentities;
  }
}

/** One that is missing does not compile. */
const allHandlers: Handlers = registeredHandlers;

const callerIdleMs = 60_000;
// Longer than any client keeps an idle connection, so that it is never the gateway that closes one just being used.
const keepAliveMs = 75_000;
// The header of an upload holds a path of 4,096 bytes and a token of 8,192, in base64.
const headerBytesMax = 64 * 1024;

/**
 * The gateway without its process: it neither listens nor reads the environment. `close()` ends its connections. Throws a
 * ConfigError for an audit file that cannot be written.
 */
export function buildGateway(options: GatewayOptions): FastifyInstance {
  const { config } = options;
  const logger = options.logger ?? pino({ level: config.logLevel });
  const { policy } = config;
  const redactor = new LiveRedactor(config);
  const { redact } = redactor;
  const principals = new Principals();
  const sink = options.auditSink ?? openAuditSink(config.audit, logger);
  const audit = new AuditLog({ config: config.audit, sink, principals, redact });
  const workspaces = new Workspaces(config, { redact, rereadSettings: () => rotation.check() });
  const readiness = new Readiness({ workspaces, principals, policy });
  const ownIdentities = describeOwnIdentities(readiness, redact, logger, () => rotation);
  const rotation: Rotation = new Rotation({
    config,
    reread: options.reread ?? (() => config),
    workspaces,
    principals,
    redactor,
    logger,
    onReplaced: ownIdentities.onReplaced,
  });
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
  app.decorate("ownIdentities", ownIdentities);
  followRequests(app, {
    redact,
    onEnd: (trace) => {
      logRequest(logger, trace);
      audit.record(trace);
    },
  });
  addErrorReplies(app);
  addOpenRoutes(app, readiness);
  addRunRoute(app, {
    secret: config.secret,
    workspaces,
    principals,
    policy,
    handlers: { ...allHandlers, ...options.handlers },
    limits: { callerIdleMs, ...options.limits },
  });
  app.addHook("onListen", async () => rotation.start());
  app.addHook("onClose", async () => {
    rotation.stop();
    await workspaces.close();
    await sink.close();
  });
  return app;
}

function describeOwnIdentities(
  readiness: Readiness,
  redact: Redactor,
  logger: Logger,
  rotation: () => Rotation,
): OwnIdentities & { readonly onReplaced: () => void } {
  let learns = false;
  const learn = async () => {
    learns = true;
    for (const { workspace, error } of await readiness.learnPrincipals()) {
      logger.warn(
        { workspace, cause: describeError(error, redact) },
        "who the gateway is there is not known",
      );
    }
  };
  return {
    describe: () => readiness.identities(),
    reread: () => rotation().check(true),
    learn,
    onReplaced: () => void (learns ? learn() : undefined),
    redact,
  };
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
