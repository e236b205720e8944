import type { GatewayClient } from "@front-door/gateway-client";
import { errorCodeLabel } from "@front-door/operations";
import { addGauge, durationBuckets, type Metrics } from "@front-door/service-runtime";
import type { RequestObserver } from "../http/receive-request.ts";

type Limits = ReturnType<GatewayClient["limits"]>;

/** The front door's metrics of requests. No label has a value that a caller chooses. */
export function requestMetrics(metrics: Metrics, gateway: GatewayClient): RequestObserver {
  const { prometheus, registry } = metrics;
  const registers = [registry];
  const requests = new prometheus.Counter({
    name: "front_door_requests_total",
    help: "Requests that ended, by operation, status, and how the caller signed in.",
    labelNames: ["operation", "status", "error_code", "caller"],
    registers,
  });
  const duration = new prometheus.Histogram({
    name: "front_door_request_duration_seconds",
    help: "From the arrival of a request to the end of its reply.",
    labelNames: ["operation"],
    buckets: durationBuckets,
    registers,
  });
  const bytes = new prometheus.Counter({
    name: "front_door_bytes_total",
    help: "Bytes of replies (sent) and of uploads (received).",
    labelNames: ["operation", "direction"],
    registers,
  });
  const inProgress = new prometheus.Gauge({
    name: "front_door_requests_in_progress",
    help: "Requests that have arrived and have no whole reply yet.",
    registers,
  });
  const forEachLimit = (set: (limit: string, use: Limits[keyof Limits]) => void) => {
    for (const [limit, use] of Object.entries(gateway.limits())) set(limit, use);
  };
  addGauge(
    metrics,
    "front_door_gateway_limit_used",
    "What calls, files and queries have in use at the gateway: see CALLS_MAX.",
    (gauge) => forEachLimit((limit, { used }) => gauge.set({ limit }, used)),
    "limit",
  );
  addGauge(
    metrics,
    "front_door_gateway_limit_max",
    "How many calls, files and queries may run at the gateway at once.",
    (gauge) => forEachLimit((limit, { max }) => gauge.set({ limit }, max)),
    "limit",
  );
  addGauge(
    metrics,
    "front_door_gateway_limit_waiting",
    "How many files and queries wait for their turn, for 5 s at most.",
    (gauge) => forEachLimit((limit, { waiting }) => gauge.set({ limit }, waiting)),
    "limit",
  );
  return {
    started: () => inProgress.inc(),
    ended({ op: operation = "none", status, errorCode, caller, durationMs, bytesOut, bytesIn = 0 }) {
      inProgress.dec();
      const error_code = errorCodeLabel(errorCode);
      requests.inc({ operation, status, error_code, caller: caller?.mode ?? "none" });
      duration.observe({ operation }, durationMs / 1000);
      bytes.inc({ operation, direction: "sent" }, bytesOut);
      if (bytesIn > 0) bytes.inc({ operation, direction: "received" }, bytesIn);
    },
  };
}
