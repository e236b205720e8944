import { errorCodeLabel } from "@front-door/operations";
import { durationBuckets, type Metrics } from "@front-door/service-runtime";
import type { RequestTrace } from "../http/request-trace.ts";

/**
 * The gateway's metrics of operations: what it returns is told of each request that ended. No label has a value that a caller
 * chooses: an operation is one of the registry.
 */
export function operationMetrics({ prometheus, registry }: Metrics): (ended: RequestTrace) => void {
  const registers = [registry];
  const operations = new prometheus.Counter({
    name: "front_door_gateway_operations_total",
    help: "Operations that ended, by how they ended and as whose identity they ran.",
    labelNames: ["operation", "status", "error_code", "identity", "workspace"],
    registers,
  });
  const duration = new prometheus.Histogram({
    name: "front_door_gateway_operation_duration_seconds",
    help: "From the arrival of an operation's request at the gateway to the end of its reply.",
    labelNames: ["operation"],
    buckets: durationBuckets,
    registers,
  });
  const bytes = new prometheus.Counter({
    name: "front_door_gateway_stream_bytes_total",
    help: "Bytes of files and query results that went through the gateway.",
    labelNames: ["operation"],
    registers,
  });
  const rows = new prometheus.Counter({
    name: "front_door_gateway_rows_total",
    help: "Rows of query results that were sent.",
    labelNames: ["operation"],
    registers,
  });
  return ({ op: operation, status = 499, errorCode, auth, startedMs, bytes: streamed, rows: sent }) => {
    // A probe, or a request that names no operation.
    if (operation === undefined) return;
    operations.inc({
      operation,
      status,
      error_code: errorCodeLabel(errorCode),
      identity: auth?.who.kind ?? "none",
      workspace: auth?.workspace.config.name ?? "none",
    });
    duration.observe({ operation }, (performance.now() - startedMs) / 1000);
    if (streamed !== undefined) bytes.inc({ operation }, streamed);
    if (sent !== undefined) rows.inc({ operation }, sent);
  };
}
