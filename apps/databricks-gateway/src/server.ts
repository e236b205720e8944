import {
  endInOrder,
  logOutput,
  type Metrics,
  type MetricsAddress,
  openMetrics,
  prepareToEndConnections,
  openTracing,
  serveMetrics,
  startProcess,
} from "@front-door/service-runtime";
import { pino } from "pino";
import { buildGateway } from "./app.ts";
import { readConfig } from "./config/config.ts";
import { listen } from "./http/listen.ts";
import { auditMetrics } from "./metrics/audit-metrics.ts";
import { databricksMetrics } from "./metrics/databricks-metrics.ts";
import { retryMetrics } from "./metrics/retry-metrics.ts";

await startProcess(async () => {
  const { config, reread } = readConfig();
  const logger = pino({ level: config.logLevel, base: { service: "databricks-gateway" } }, logOutput());
  for (const warning of config.warnings) logger.warn(warning);
  const metrics = config.metrics && (await openGatewayMetrics(config.metrics));
  const tracing = config.tracing && (await openTracing(config.tracing, logger));
  const app = buildGateway({ config, reread, logger, metrics, tracing });
  const { readiness, rotation, redact } = app;
  const endConnections = prepareToEndConnections(app.server);
  endInOrder({
    logger,
    redact,
    times: config.stopTimes,
    drain() {
      endConnections();
      readiness.stop();
    },
    async close() {
      await app.close();
      await tracing?.close();
    },
  });
  process.on("SIGHUP", () => {
    logger.info("reading the credentials again");
    void rotation.check(true);
  });

  const addresses = await listen(app, config, logger);
  const [main] = config.workspaces;
  logger.info({ addresses, workspace: main.kind, workspaces: readiness.identities() }, "listening");
  process.send?.({ listening: addresses[0] });
  // Only now: the gateway serves even while a workspace does not answer.
  await readiness.learnPrincipals();
  logger.info({ workspaces: readiness.identities() }, "identities");
});

async function openGatewayMetrics(address: MetricsAddress): Promise<Metrics> {
  const metrics = await openMetrics();
  auditMetrics(metrics);
  databricksMetrics(metrics);
  retryMetrics(metrics);
  await serveMetrics(metrics, address);
  return metrics;
}
