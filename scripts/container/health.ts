import { get, type RequestOptions } from "node:http";

// Docker's health check, and the exec probe of a sidecar. Exits with 0 when the part is well, else with 1 and says why.
// It asks the front door whether Databricks accepts the gateway's identity (`/ready?deep=true`); the gateway keeps that
// answer for five seconds. `health.js gateway` only asks whether the gateway's process is up.
const timeoutMs = 14_000;

const {
  PORT: port = "3001",
  GATEWAY_PORT: gatewayPort = "3002",
  GATEWAY_SOCKET: gatewaySocket,
} = process.env;
// The socket of the whole product is not even root's to enter; the front door asks the gateway.
const throughFrontDoor = { port, path: "/ready" };

ask(process.argv[2] === "gateway" ? gateway() : { port, path: "/ready?deep=true" });

function gateway(): RequestOptions {
  // Nobody else can listen on the socket; the port belongs to whoever binds it first.
  if (gatewaySocket) return { socketPath: gatewaySocket, path: "/health" };
  return gatewayPort === "off" ? throughFrontDoor : { port: gatewayPort, path: "/health" };
}

function ask(target: RequestOptions): void {
  const signal = AbortSignal.timeout(timeoutMs);
  const request = get({ host: "127.0.0.1", ...target, agent: false, signal });
  request.on("response", (response) => {
    process.exitCode = response.statusCode === 200 ? 0 : 1;
    response.pipe(process.stdout);
  });
  request.on("error", (error: NodeJS.ErrnoException) => {
    if (target.socketPath && error.code === "EACCES") return ask(throughFrontDoor);
    process.exitCode = 1;
    process.stdout.write(`no answer: ${error.message}\n`);
  });
}
