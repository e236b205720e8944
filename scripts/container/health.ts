import { get } from "node:http";

// Docker's health check, and an exec probe of a sidecar: exits 0 when the part is well, else 1 and says why not.
// The front door is asked whether Databricks accepts the gateway's identity (`/ready?deep=1`); the gateway keeps that
// answer for five seconds. `health.js gateway` asks for no more than that the gateway's process is up.
const timeoutMs = 14_000;

const { PORT: port = "3001", GATEWAY_PORT: gatewayPort = "3002" } = process.env;
const url =
  process.argv[2] === "gateway"
    ? `http://127.0.0.1:${gatewayPort}/health`
    : `http://127.0.0.1:${port}/ready?deep=1`;

const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) });
request.on("response", (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.pipe(process.stdout);
});
request.on("error", (error) => {
  process.exitCode = 1;
  process.stdout.write(`no answer: ${error.message}\n`);
});
