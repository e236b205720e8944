import type { GatewayClient } from "@front-door/gateway-client";
import { durationBuckets, type Metrics } from "@front-door/service-runtime";
import type { RequestObserver } from "../http/receive-request.ts";

/** The front door's metrics of requests. No label has a value that a caller chooses. */
export function requestMetrics({ prometheus, registry }: Metrics, gateway: GatewayClient): RequestObserver {
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
  new prometheus.Gauge({
    name: "front_door_gateway_limit_used",
    help: "What calls, files and queries have in use at the gateway: see CALLS_MAX.",
    labelNames: ["limit"],
    registers,
    collect() {
      for (const [limit, { used }] of Object.entries(gateway.limits())) this.set({ limit }, used);
    },
  });
  new prometheus.Gauge({
    name: "front_door_gateway_limit_max",
    help: "How many calls, files and queries may run at the gateway at once.",
    labelNames: ["limit"],
    registers,
    collect() {
      for (const [limit, { max }] of Object.entries(gateway.limits())) this.set({ limit }, max);
    },
  });
  return {
    started: () => inProgress.inc(),
    ended({ op: operation = "none", status, errorCode = "", caller, durationMs, bytesOut, bytesIn = 0 }) {
      inProgress.dec();
      requests.inc({ operation, status, error_code: errorCode, caller: caller?.mode ?? "none" });
      duration.observe({ operation }, durationMs / 1000);
      bytes.inc({ operation, direction: "sent" }, bytesOut);
      if (bytesIn > 0) bytes.inc({ operation, direction: "received" }, bytesIn);
    },
  };
}
