import { codeOfTable } from "@front-door/operations";
import { addGauge, durationBuckets, type Metrics } from "@front-door/service-runtime";
import { auditLoss } from "../audit/audit-sink.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import type { RequestTrace } from "../http/request-trace.ts";
import type { StreamMemoryLimits } from "../sql/stream-memory.ts";

/** What the gateway has in use, read at each scrape. */
export interface GatewayUse {
  readonly requestsInProgress: () => Iterable<RequestTrace>;
  readonly streamMemory: StreamMemoryLimits;
  readonly workspaces: Workspaces;
}

/**
 * The gateway's metrics of operations: what it returns is told of each request that ended. No label has a value that a caller
 * chooses: an operation is one of the registry.
 */
export function operationMetrics(
  metrics: Metrics,
  { requestsInProgress, streamMemory: { streams }, workspaces }: GatewayUse,
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
  const rows = new prometheus.Counter({
    name: "front_door_gateway_rows_total",
    help: "Rows of query results that were sent.",
    labelNames: ["operation"],
    registers,
  });
  // Operations that have been under way once are 0 when they are not.
  const seen = new Set(["none"]);
  addGauge(
    metrics,
    "front_door_gateway_requests_in_progress",
    "Requests at the gateway, by operation.",
    (gauge) => {
      const traces = [...requestsInProgress()];
      for (const { op = "none" } of traces) seen.add(op);
      for (const operation of seen) gauge.set({ operation }, 0);
      for (const { op: operation = "none" } of traces) gauge.inc({ operation });
    },
    "operation",
  );
  addGauge(
    metrics,
    "front_door_gateway_sql_statements",
    "Statements over Thrift that Databricks has not released yet, of queries and previews.",
    (gauge) => gauge.set(workspaces.sqlUse().statements),
  );
  addGauge(
    metrics,
    "front_door_gateway_sql_sessions_idle",
    "Sessions at the SQL warehouses that are kept for the next statement.",
    (gauge) => gauge.set(workspaces.sqlUse().idleSessions),
  );
  addGauge(
    metrics,
    "front_door_gateway_sign_in_sessions",
    "Sessions of people who have signed in with Databricks, without REDIS_URL.",
    (gauge) => gauge.set(workspaces.sessionsInMemory),
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
  addGauge(
    metrics,
    "front_door_gateway_stream_memory_waiting",
    "Streams that wait for memory, for 5 s at most.",
    (gauge) => gauge.set(streams.waiting),
  );
  const auditLinesLost = new prometheus.Counter({
    name: "front_door_gateway_audit_lines_lost_total",
    help: "Audit lines that could not be written to their file.",
    registers,
  });
  auditLoss.subscribe((lines) => auditLinesLost.inc(Number(lines)));
  return ({ op: operation, status = 499, errorCode, auth, startedMs, bytes: streamed, rows: sent }) => {
    // A probe, or a request that names no operation.
    if (operation === undefined) return;
    operations.inc({
      operation,
      status,
      error_code: errorCode === undefined ? "" : codeOfTable(errorCode),
      identity: auth?.who.kind ?? "none",
      workspace: auth?.workspace.config.name ?? "none",
    });
    duration.observe({ operation }, (performance.now() - startedMs) / 1000);
    if (streamed !== undefined) bytes.inc({ operation }, streamed);
    if (sent !== undefined) rows.inc({ operation }, sent);
  };
}
