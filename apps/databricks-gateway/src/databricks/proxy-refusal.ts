import { OperationError } from "@front-door/operations";

/**
 * The error of a call that the forward proxy did not carry, by the status of its reply to CONNECT; undefined for any other
 * failure. Nothing was sent to Databricks. Only after a 5xx of the proxy can the same call succeed later.
 */
export function proxyRefusal(cause: unknown): OperationError | undefined {
  // undici has the status in its message alone.
  const message = cause instanceof Error ? cause.message : "";
  const [, status] = /^Proxy response \((\d{3})\) !== 200/.exec(message) ?? [];
  if (status === undefined) return undefined;
  const what = status === "407" ? "did not accept its user name and password" : "did not open the connection";
  const words = `The proxy of HTTPS_PROXY ${what} (HTTP status ${status}).`;
  const retryable = status.startsWith("5");
  return new OperationError("UPSTREAM_UNREACHABLE", words, { retryable, surelyNotRun: true, cause });
}
