import { OperationError } from "@front-door/operations";

/**
 * The error of a call that the forward proxy refused to carry, by the status of its reply to CONNECT; undefined for any other
 * failure. Nothing reached Databricks. Only a 5xx of the proxy can pass by itself.
 */
export function proxyRefusal(cause: unknown): OperationError | undefined {
  // undici has the status in its message alone.
  const message = cause instanceof Error ? cause.message : "";
  const [, status] = /^Proxy response \((\d{3})\) !== 200/.exec(message) ?? [];
  if (status === undefined) return undefined;
  const what =
    status === "407"
      ? "did not accept its user name and password"
      : "did not open a connection to Databricks";
  return new OperationError(
    "UPSTREAM_UNREACHABLE",
    `The proxy of HTTPS_PROXY ${what} (HTTP status ${status}).`,
    {
      retryable: status.startsWith("5"),
      surelyNotRun: true,
      cause,
    },
  );
}
