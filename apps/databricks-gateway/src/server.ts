import { describeError, stackOf } from "@front-door/redaction";
import { pino } from "pino";
import { buildGateway, createConfigRedactor } from "./app.ts";
import { ConfigError, type GatewayConfig, readConfig } from "./config.ts";

// What is running may end by itself for this long after SIGTERM; container runtimes kill after ten seconds.
const closeGraceMs = 8_000;
const exitCode = { badConfig: 2, defect: 1 } as const;

function loadConfig(): GatewayConfig {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.message);
    throw error;
  }
}

function refuse(line: string): never {
  process.stderr.write(`${line}
`);
  process.exit(exitCode.badConfig);
}

const config = loadConfig();
const logger = pino({ level: config.logLevel, base: { service: "databricks-gateway" } });
const redact = createConfigRedactor(config);
const app = buildGateway({ config, logger });

let closing = false;
function close(signal: NodeJS.Signals): void {
  // A second signal is from someone who does not want to wait.
  if (closing) process.exit(0);
  closing = true;
  logger.info({ signal }, "closing");
  setTimeout(() => process.exit(0), closeGraceMs).unref();
  app.close().then(
    () => process.exit(0),
    () => process.exit(exitCode.defect),
  );
}
process.on("SIGTERM", close);
process.on("SIGINT", close);
// The start script is gone, however it went: without it nobody would stop this process.
process.on("disconnect", () => close("SIGTERM"));

function fail(error: unknown): void {
  logger.fatal({ cause: describeError(error, redact), stack: stackOf(error) }, "defect");
  process.exit(exitCode.defect);
}
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

try {
  // Loopback always: whoever reaches this port needs only the secret to act as the gateway's identity.
  const address = await app.listen({ host: "127.0.0.1", port: config.port });
  logger.info({ address, workspace: config.workspace.kind, identity: config.identity.kind }, "listening");
} catch (error) {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    refuse(`GATEWAY_PORT ${config.port} is taken: stop what listens there, or set another port`);
  }
  fail(error);
}
