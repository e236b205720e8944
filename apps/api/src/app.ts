import type { GatewayClient } from "@front-door/gateway-client";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { accessLog } from "./http/access-log.ts";
import { crossOrigin } from "./http/cross-origin.ts";
import { errorReply, notFound } from "./http/error-reply.ts";
import { createJsonBodyReader } from "./http/json-body.ts";
import { requestContext } from "./http/request-context.ts";
import { checkHost, checkRequestTarget } from "./http/request-target.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { createApiDocument } from "./openapi/api-document.ts";
import { FailedSignIns, type HitCounter, limitCallers } from "./rate-limit/rate-limit.ts";
import { routes } from "./routes/routes.ts";
import { mountRoutes } from "./routing/mount-routes.ts";
import type { Config } from "./settings/config.ts";
import { defaultLimits, type Limits } from "./settings/limits.ts";
import { openSettingsFile } from "./settings/settings-file.ts";
import { createSignIn } from "./sign-in/sign-in.ts";

export interface AppParts {
  readonly config: Pick<
    Config,
    "allowedHosts" | "settingsFile" | "signIn" | "trustedProxies" | "corsOrigins" | "rateLimitPerMinute"
  >;
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  readonly limits?: Limits;
  /** What counts callers' requests; without it, this process counts them by itself. */
  readonly callerHits?: HitCounter;
}

/** The front door's Express app; `createHttpServer` makes a server of it. Throws a `ConfigError` for bad API keys. */
export function createApp({
  config,
  gateway,
  logger,
  limits = defaultLimits,
  callerHits,
}: AppParts): Express {
  const { trustedProxies, rateLimitPerMinute } = config;
  const signIn = createSignIn(config.signIn, trustedProxies, logger);
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  // For the client's address and protocol alone; whoever is not trusted can write what it likes into X-Forwarded-*.
  app.set("trust proxy", (address: string) => trustedProxies.includes(address));

  app.use(requestContext);
  app.use(accessLog(logger));
  app.use(securityHeaders());
  app.use(checkHost(config.allowedHosts));
  app.use(checkRequestTarget(limits));
  app.use(crossOrigin({ origins: config.corsOrigins, cookies: config.signIn.mode === "forwarded" }));
  const replyToError = errorReply(logger, limits, signIn.challenge);
  const admission = {
    signIn,
    failedSignIns: rateLimitPerMinute === 0 ? undefined : new FailedSignIns(limits.failedSignInsPerMinute),
    limitCallers: limitCallers(rateLimitPerMinute, callerHits),
    gateway,
    errorReply: replyToError,
  };
  // Made for the first who asks: at the start it would take time and memory of every process that nobody asks.
  let openApiDocument: Buffer | undefined;
  mountRoutes(app, routes, admission, {
    gateway,
    limits,
    settingsFile: openSettingsFile(config.settingsFile),
    readJsonBody: createJsonBodyReader(limits),
    showsIdentity: config.signIn.mode === "none",
    openApiDocument: () =>
      (openApiDocument ??= Buffer.from(JSON.stringify(createApiDocument(routes, config.signIn)))),
  });
  app.use(notFound);
  app.use(replyToError);
  return app;
}
