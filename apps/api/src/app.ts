import { fairLimitOf, type GatewayClient } from "@front-door/gateway-client";
import { AccessRules } from "@front-door/policy";
import express, { type Express, type RequestHandler } from "express";
import type { Logger } from "pino";
import { consolePages } from "./http/console-pages.ts";
import { errorReply, notFound } from "./http/error-reply.ts";
import { createJsonBodyReader } from "./http/json-body.ts";
import { type RequestObserver, receiveRequest } from "./http/receive-request.ts";
import { servedApiDocument } from "./http/served-api-document.ts";
import type { ServerFactory } from "./mcp/mcp-server.ts";
import { createApiDocument } from "./openapi/api-document.ts";
import type { HitCounter } from "./rate-limit/hit-counter.ts";
import { createCallerLimit, FailedSignIns } from "./rate-limit/rate-limit.ts";
import { home, pages } from "./routes/docs-page.ts";
import { mcpPath, mcpRoute } from "./routes/mcp.ts";
import { mcpChallenge, protectedResourceRoutes } from "./routes/protected-resource.ts";
import { createReadyCheck } from "./routes/ready-check.ts";
import { routes } from "./routes/routes.ts";
import { signInPages } from "./routes/sign-in-pages.ts";
import { mountRoutes } from "./routing/mount-routes.ts";
import type { Config } from "./settings/config.ts";
import { defaultLimits, type Limits } from "./settings/limits.ts";
import { openSettingsFile } from "./settings/settings-file.ts";
import { BrowserAddress } from "./sign-in/browser-address.ts";
import { KnownSessions } from "./sign-in/known-sessions.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { type SignInConfig, wayOf } from "./sign-in/sign-in-config.ts";

export interface AppParts {
  readonly config: Pick<
    Config,
    | "allowedHosts"
    | "gatewaySecret"
    | "settingsFile"
    | "signIn"
    | "accessFile"
    | "trustedProxies"
    | "corsOrigins"
    | "rateLimitPerMinute"
    | "callerSharePercent"
    | "consoleFolder"
    | "mcp"
  >;
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  readonly limits?: Limits;
  /** Counts callers' requests. Default: this process counts them alone. */
  readonly callerHits?: HitCounter;
  /** Overrides what `/mcp` serves; for the conformance suite. */
  readonly mcpServerFor?: ServerFactory;
  /** Measure and trace every request. Default: none. */
  readonly observers?: readonly RequestObserver[];
  /** Whether the process is about to end. Default: never. */
  readonly isStopping?: () => boolean;
}

/** The front door's Express app. Throws if the file of API keys or the access file cannot be read. */
export function createApp({
  config,
  gateway,
  logger,
  limits = defaultLimits,
  callerHits,
  mcpServerFor,
  observers = [],
  isStopping = () => false,
}: AppParts): Express {
  const { trustedProxies, rateLimitPerMinute } = config;
  const address = new BrowserAddress(wayOf(config.signIn, "databricks")?.publicUrl);
  const sessions = new KnownSessions(gateway);
  const signIn = createSignIn(config.signIn, trustedProxies, { logger, address, sessions });
  const access = config.accessFile === undefined ? undefined : new AccessRules(config.accessFile, logger);
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  // Anyone can send X-Forwarded-* headers: only those of a trusted proxy are believed.
  app.set("trust proxy", (address: string) => trustedProxies.includes(address));

  app.use(
    receiveRequest({
      logger,
      limits,
      allowedHosts: config.allowedHosts,
      observers,
      crossOrigin: {
        origins: config.corsOrigins,
        cookies: hasCookies(config.signIn),
        secure: address.isSecure,
      },
    }),
  );
  const replyToError = errorReply(logger, limits, (req) =>
    config.mcp && req.path === mcpPath
      ? mcpChallenge(req, config.signIn, signIn.challenges)
      : signIn.challenges.join(", "),
  );
  const isLimited = rateLimitPerMinute > 0;
  const builtConsole = openConsole(config.consoleFolder, logger);
  const forAgents = config.mcp
    ? [
        mcpRoute({ logger, secret: config.gatewaySecret, serverFor: mcpServerFor }),
        ...protectedResourceRoutes(config.signIn),
      ]
    : [];
  const forPeople = [...pages, ...signInPages, ...(builtConsole === undefined ? [home] : [])];
  mountRoutes(app, [...routes, ...forAgents, ...forPeople], {
    signIn,
    failedSignIns: isLimited ? new FailedSignIns(limits.failedSignInsPerMinute) : undefined,
    callerLimit: isLimited || access ? createCallerLimit(rateLimitPerMinute, callerHits) : undefined,
    access,
    gateway,
    replyToError,
    services: {
      gateway,
      limits,
      corsOrigins: config.corsOrigins,
      settingsFile: openSettingsFile(config.settingsFile),
      readJsonBody: createJsonBodyReader(
        limits,
        fairLimitOf(
          "JSON bodies",
          { max: limits.jsonBytesMax, sharePercent: config.callerSharePercent },
          " bytes",
        ),
      ),
      signIn: config.signIn,
      address,
      sessions,
      checkReady: createReadyCheck(gateway, isStopping),
      apiDocument: servedApiDocument(() => createApiDocument(routes, config.signIn)),
    },
  });
  if (builtConsole !== undefined) app.use(builtConsole);
  app.use(notFound(routes.map(({ path }) => path)));
  app.use(replyToError);
  return app;
}

function openConsole(folder: string | undefined, logger: Logger): RequestHandler | undefined {
  if (folder === undefined) return undefined;
  const built = consolePages(folder);
  if (built === undefined) {
    logger.warn(`the console is not built: ${folder} has no index.html. ./scripts/start.sh builds it`);
  }
  return built;
}

/** Whether browsers prove by a cookie who they are: ours, or that of a proxy in front. */
function hasCookies(signIn: SignInConfig): boolean {
  return signIn.some(({ mode }) => mode === "forwarded" || mode === "databricks");
}
