import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { GatewayClient } from "@front-door/gateway-client";
import { createRedactor, describeError, stackOf } from "@front-door/redaction";
import { type Logger, pino } from "pino";
import { createApp } from "./app.ts";
import { ConfigError } from "./config-error.ts";
import { createHttpServer } from "./http/http-server.ts";
import { logOutput } from "./log-output.ts";
import { type Config, dropDatabricksSettings, loadConfig } from "./settings/config.ts";
import { shutdownTimeoutMs } from "./settings/limits.ts";

const exitCodes = { defect: 1, gatewayMissing: 1, badSetting: 2 } as const;

const dropped = dropDatabricksSettings();
const config = configuredOrExit(loadConfig);
const logger = pino({ level: config.logLevel, base: { service: "api" } }, logOutput());
const redact = createRedactor([], [config.gatewaySecret, ...redisSecrets(config)]);
if (dropped.length > 0) {
  logger.warn(
    { dropped },
    "Databricks credentials do not belong in this process and were dropped, but they stay readable in /proc while it runs: start it without them, as scripts/start.sh does, and give them to the gateway alone",
  );
}

const gateway = new GatewayClient({
  origin: config.gatewayOrigin,
  secret: config.gatewaySecret,
  socketPath: config.gatewaySocket,
  callsMax: config.callsMax,
});
const sharedHits = await openSharedHits(config);
const app = configuredOrExit(() =>
  createApp({ config, gateway, logger, ...(sharedHits ? { callerHits: sharedHits } : {}) }),
);
const server = createHttpServer(app, logger);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void shutDown(signal));
// Node would print the error object with everything that hangs on it.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    logger.fatal({ cause: describeError(error, redact), stack: stackOf(error) }, `front door ends: ${event}`);
    process.exit(exitCodes.defect);
  });
}
// The start script is gone, however it went: without it nobody would stop this process.
process.once("disconnect", () => void shutDown("disconnect"));
await gatewayOrExit(gateway, config, logger);
listen();

/** The whole URL, and the password as a message might have it. */
function redisSecrets({ redisUrl }: Config): string[] {
  if (redisUrl === undefined) return [];
  return [redisUrl, decodeURIComponent(URL.parse(redisUrl)?.password ?? "")];
}

/** Redis' client is 478 modules, which are not even loaded where callers are not counted together. */
async function openSharedHits({ redisUrl, rateLimitPerMinute }: Config) {
  if (redisUrl === undefined || rateLimitPerMinute === 0) return undefined;
  const { SharedHits } = await import("./rate-limit/shared-hits.ts");
  return new SharedHits(redisUrl, logger);
}

function configuredOrExit<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`front door: ${error.message}\n`);
    return process.exit(exitCodes.badSetting);
  }
}

async function gatewayOrExit(
  client: GatewayClient,
  { gatewayOrigin, gatewaySocket, readyTimeoutMs }: Config,
  log: Logger,
): Promise<void> {
  const giveUpAt = performance.now() + readyTimeoutMs;
  for (;;) {
    try {
      return await client.health();
    } catch {
      if (performance.now() >= giveUpAt) {
        log.fatal(
          `no gateway answers at ${gatewaySocket ?? gatewayOrigin} after ${readyTimeoutMs} ms: start it, or set GATEWAY_PORT, GATEWAY_SOCKET or READY_TIMEOUT_MS`,
        );
        process.exit(exitCodes.gatewayMissing);
      }
      await delay(100);
    }
  }
}

function listen(): void {
  server.once("error", (error) => {
    const inUse = "code" in error && error.code === "EADDRINUSE";
    const problem = inUse
      ? `PORT ${config.port} is in use: stop what listens there, or set another port`
      : `HOST ${config.host} is not an address that this machine can listen on (${error.message})`;
    process.stderr.write(`front door: ${problem}\n`);
    process.exit(exitCodes.badSetting);
  });
  server.listen(config.port, config.host, () => {
    const { address, port } = server.address() as AddressInfo;
    const host = address.includes(":") ? `[${address}]` : address;
    logger.info({ address, port }, `front door is listening on http://${host}:${port}`);
  });
}

/** Takes no new connection, lets running requests finish within the bound, and ends with 0. */
async function shutDown(signal: string): Promise<void> {
  logger.info({ signal }, "front door is shutting down");
  await Promise.race([closed(server), delay(shutdownTimeoutMs)]);
  server.closeAllConnections();
  await gateway.close();
  sharedHits?.close();
  process.exit(0);
}

function closed(listening: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  listening.close(() => resolve());
  // A connection that was busy at `close` stays open for its next request.
  setInterval(() => listening.closeIdleConnections(), 50).unref();
  return promise;
}
