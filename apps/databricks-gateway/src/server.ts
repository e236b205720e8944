import { endInOrder, logOutput, startProcess } from "@front-door/service-runtime";
import { pino } from "pino";
import { buildGateway } from "./app.ts";
import { readConfig } from "./config/config.ts";
import { listen } from "./http/listen.ts";

await startProcess(async () => {
  const { config, reread } = readConfig();
  const logger = pino({ level: config.logLevel, base: { service: "databricks-gateway" } }, logOutput());
  for (const warning of config.warnings) logger.warn(warning);
  const app = buildGateway({ config, reread, logger });
  const { ownIdentities } = app;
  endInOrder({ logger, redact: ownIdentities.redact, close: () => app.close() });
  process.on("SIGHUP", () => {
    logger.info("reading the credentials again");
    void ownIdentities.reread();
  });

  const addresses = await listen(app, config);
  const [main] = config.workspaces;
  logger.info({ addresses, workspace: main.kind, workspaces: ownIdentities.describe() }, "listening");
  process.send?.({ listening: addresses[0] });
  // Only now: a workspace that does not answer is no reason not to serve.
  await ownIdentities.learn();
  logger.info({ workspaces: ownIdentities.describe() }, "identities");
});
