import { addGauge, type Metrics } from "@front-door/service-runtime";
import type { Workspaces } from "../auth/workspaces.ts";
import type { RequestTrace } from "../http/request-trace.ts";
import type { StreamMemoryLimits } from "../sql/stream-memory.ts";

interface GatewayUse {
  readonly requestsInProgress: () => Iterable<RequestTrace>;
  readonly streamMemory: StreamMemoryLimits;
  readonly workspaces: Workspaces;
}

/** Gauges of what the gateway has in use, read at each scrape. */
export function gatewayGauges(
  metrics: Metrics,
  { requestsInProgress, streamMemory: { streams }, workspaces }: GatewayUse,
): void {
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
}
