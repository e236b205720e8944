import { describeError, logOutput, stackOf } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { buildGateway } from "./app.ts";
import { type GatewayConfig, readConfig } from "./config/config.ts";
import { ConfigError } from "./config/config-error.ts";
import { closeToOthers, prepareSocket } from "./http/private-socket.ts";

// What is running may end by itself for this long after SIGTERM; container runtimes kill after ten seconds.
const closeGraceMs = 8_000;
const exitCode = { badConfig: 2, defect: 1 } as const;

/** The outcome of `work`, or the end of the process when a setting is bad. */
function orRefuse<T>(work: () => T): T {
  try {
    return work();
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

const { config, reread } = orRefuse(readConfig);
const logger = pino({ level: config.logLevel, base: { service: "databricks-gateway" } }, logOutput());
const app: FastifyInstance = orRefuse(() => buildGateway({ config, reread, logger }));
const { ownIdentities } = app;

/** Loopback always, or a private socket: whoever reaches it needs only the secret to act as the gateway's identity. */
async function listen({ port, socketPath }: GatewayConfig): Promise<string> {
  if (socketPath === undefined) return app.listen({ host: "127.0.0.1", port });
  await prepareSocket(socketPath);
  const address = await app.listen({ path: socketPath });
  closeToOthers(socketPath);
  return address;
}

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
process.on("SIGHUP", () => {
  logger.info("reading the credentials again");
  void ownIdentities.reread();
});
// The start script is gone, however it went: without it nobody would stop this process.
process.on("disconnect", () => close("SIGTERM"));

function fail(error: unknown): void {
  logger.fatal({ cause: describeError(error, ownIdentities.redact), stack: stackOf(error) }, "defect");
  process.exit(exitCode.defect);
}
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

async function learnIdentities(): Promise<void> {
  await ownIdentities.learn();
  logger.info({ workspaces: ownIdentities.describe() }, "identities");
}

try {
  const address = await listen(config);
  const [main] = config.workspaces;
  logger.info({ address, workspace: main.kind, workspaces: ownIdentities.describe() }, "listening");
  // In the background: a workspace that does not answer is no reason not to serve.
  void learnIdentities();
} catch (error) {
  if (error instanceof ConfigError) refuse(error.message);
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    refuse(`GATEWAY_PORT ${config.port} is taken: stop what listens there, or set another port`);
  }
  fail(error);
}
