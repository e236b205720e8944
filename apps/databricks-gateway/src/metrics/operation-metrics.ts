import { addGauge, durationBuckets, type Metrics } from "@front-door/service-runtime";
import type { RequestTrace } from "../http/request-trace.ts";
import type { StreamMemoryLimits } from "../sql/stream-memory.ts";

/** What the gateway has in use, read at each scrape. */
export interface GatewayUse {
  readonly requestsInProgress: () => number;
  readonly streamMemory: StreamMemoryLimits;
}

/**
 * The gateway's metrics of operations: what it returns is told of each request that ended. No label has a value that a caller
 * chooses: an operation is one of the registry.
 */
export function operationMetrics(
  metrics: Metrics,
  { requestsInProgress, streamMemory: { streams } }: GatewayUse,
): (ended: RequestTrace) => void {
  const { prometheus, registry } = metrics;
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
  addGauge(metrics, "front_door_gateway_requests_in_progress", "Requests at the gateway.", (gauge) =>
    gauge.set(requestsInProgress()),
  );
  addGauge(
    metrics,
    "front_door_gateway_stream_memory_bytes",
    "Memory that running streams may take, of STREAM_BYTES_MAX.",
    (gauge) => gauge.set(streams.used),
  );
  addGauge(metrics, "front_door_gateway_stream_memory_max_bytes", "STREAM_BYTES_MAX.", (gauge) =>
    gauge.set(streams.max),
  );
  return ({ op: operation, status = 499, errorCode, auth, startedMs, bytes: streamed }) => {
    // A probe, or a request that names no operation.
    if (operation === undefined) return;
    operations.inc({
      operation,
      status,
      error_code: errorCode ?? "",
      identity: auth?.who.kind ?? "none",
      workspace: auth?.workspace.config.name ?? "none",
    });
    duration.observe({ operation }, (performance.now() - startedMs) / 1000);
    if (streamed !== undefined) bytes.inc({ operation }, streamed);
  };
}
