import type { GatewayClient } from "@front-door/gateway-client";
import express, { type Express } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { accessLog } from "./access-log.ts";
import type { Config } from "./config.ts";
import { errorReply, notFound } from "./error-reply.ts";
import { createJsonBodyReader } from "./json-body.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { mountRoutes } from "./mount-routes.ts";
import { createApiDocument } from "./openapi.ts";
import { requestContext } from "./request-context.ts";
import { checkHost, checkRequestTarget } from "./request-target.ts";
import { routes } from "./routes.ts";
import { openSettingsFile } from "./settings-file.ts";

export interface AppParts {
  readonly config: Pick<Config, "allowedHosts" | "settingsFile">;
  readonly gateway: GatewayClient;
  readonly logger: Logger;
  readonly limits?: Limits;
}

/** The front door's Express app; `createHttpServer` makes a server of it. */
export function createApp({ config, gateway, logger, limits = defaultLimits }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.enable("case sensitive routing");
  app.enable("strict routing");

  app.use(requestContext);
  app.use(accessLog(logger));
  app.use(helmet());
  app.use(checkHost(config.allowedHosts));
  app.use(checkRequestTarget(limits));
  mountRoutes(app, routes, {
    gateway,
    limits,
    settingsFile: openSettingsFile(config.settingsFile),
    readJsonBody: createJsonBodyReader(limits),
    openApiDocument: Buffer.from(JSON.stringify(createApiDocument(routes))),
  });
  app.use(notFound);
  app.use(errorReply(logger, limits));
  return app;
}
