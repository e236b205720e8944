import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { GatewayClient } from "@front-door/gateway-client";
import {
  ConfigError,
  createRedactor,
  endInOrder,
  exitCodes,
  logOutput,
  type MetricsAddress,
  openMetrics,
  prepareToEndConnections,
  openTracing,
  redisSecrets,
  secretsOfTracing,
  serveMetrics,
  startProcess,
} from "@front-door/service-runtime";
import { type Logger, pino } from "pino";
import { createApp } from "./app.ts";
import { createHttpServer } from "./http/http-server.ts";
import { requestMetrics } from "./metrics/request-metrics.ts";
import { type Config, loadConfig, takeEnvironment } from "./settings/config.ts";
import { requestSpans } from "./tracing/request-spans.ts";

await startProcess(async () => {
  const { environment, dropped } = takeEnvironment();
  const config = loadConfig(environment);
  const logger = pino({ level: config.logLevel, base: { service: "api" } }, logOutput());
  if (dropped.length > 0) {
    logger.warn(
      { dropped },
      "credentials for Databricks and proxies do not belong in this process and were dropped, but they stay readable in /proc while it runs: start it without them, as scripts/start.sh does, and give them to the gateway alone",
    );
  }
  for (const warning of config.warnings) logger.warn(warning);

  const { port, socketPath } = config.gateway;
  // Only a name if there is a socket.
  const origin = port === undefined ? "http://localhost" : `http://127.0.0.1:${port}`;
  const gateway = new GatewayClient({
    origin,
    secret: config.gatewaySecret,
    socketPath,
    callsMax: config.callsMax,
    callerSharePercent: config.callerSharePercent,
  });
  const sharedHits = await openSharedHits(config, logger);
  const tracing = config.tracing && (await openTracing(config.tracing, logger));
  const metrics = config.metrics && (await openRequestMetrics(config.metrics, gateway));
  let isStopping = false;
  const app = createApp({
    config,
    gateway,
    logger,
    observers: [tracing && requestSpans(tracing), metrics].filter((each) => each !== undefined),
    isStopping: () => isStopping,
    ...(sharedHits ? { callerHits: sharedHits } : {}),
  });
  const server = createHttpServer(app, logger);
  const endConnections = prepareToEndConnections(server);
  endInOrder({
    logger,
    redact: createRedactor([], secretsOf(config)),
    times: config.stopTimes,
    drain() {
      isStopping = true;
      endConnections();
    },
    async close() {
      await closeServer(server);
      await gateway.close();
      sharedHits?.close();
      await tracing?.close();
    },
  });
  await untilGatewayAnswers(gateway, socketPath ?? origin, config.readyTimeoutMs, logger);
  await listen(server, config, logger);
});

function secretsOf({ gatewaySecret, redisUrl, tracing }: Config): string[] {
  return [gatewaySecret, ...redisSecrets(redisUrl), ...(tracing ? secretsOfTracing(tracing) : [])];
}

async function openRequestMetrics(address: MetricsAddress, gateway: GatewayClient) {
  const metrics = await openMetrics();
  const observer = requestMetrics(metrics, gateway);
  await serveMetrics(metrics, address);
  return observer;
}

/** Loads Redis' client, which is 478 modules, only if it is needed. */
async function openSharedHits({ redisUrl, rateLimitPerMinute, accessFile }: Config, logger: Logger) {
  const isLimited = rateLimitPerMinute > 0 || accessFile !== undefined;
  if (redisUrl === undefined || !isLimited) return undefined;
  const { SharedHits } = await import("./rate-limit/shared-hits.ts");
  return new SharedHits(redisUrl, logger);
}

/** Waits until the gateway answers. Ends the process if it does not in time. */
async function untilGatewayAnswers(
  gateway: GatewayClient,
  address: string,
  timeoutMs: number,
  logger: Logger,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await gateway.health();
    } catch {
      if (performance.now() >= giveUpAt) {
        logger.fatal(
          `no gateway answers at ${address} after ${timeoutMs} ms: start it, or set GATEWAY_PORT, GATEWAY_SOCKET or READY_TIMEOUT_MS`,
        );
        process.exit(exitCodes.failed);
      }
      await delay(100);
    }
  }
}

function listen(server: Server, config: Config, logger: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const inUse = "code" in error && error.code === "EADDRINUSE";
      const problem = inUse
        ? `PORT ${config.port} is in use: stop what listens there, or set another port`
        : `HOST ${config.host} is not an address that this machine can listen on (${error.message})`;
      reject(new ConfigError(problem));
    });
    server.listen(config.port, config.host, () => {
      const { address, port } = server.address() as AddressInfo;
      const host = address.includes(":") ? `[${address}]` : address;
      logger.info({ address, port }, `front door is listening on http://${host}:${port}`);
      process.send?.({ listening: `http://${host}:${port}` });
      resolve();
    });
  });
}

/** Stops taking connections, and resolves when the running requests are done. */
function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // A connection that was busy at `close` stays open for its next request.
  setInterval(() => server.closeIdleConnections(), 50).unref();
  return promise;
}
