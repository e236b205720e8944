import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { durationBuckets, type Metrics } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";

/** The part of undici's messages that is read here. */
interface Message {
  readonly request: { readonly path: string };
  readonly response?: { readonly statusCode: number };
}

/**
 * Measures every request to Databricks, by the diagnostics channels of undici, so the code that sends them knows nothing of
 * it. Returns what ends that.
 */
export function databricksMetrics({ prometheus, registry }: Metrics): () => void {
  const registers = [registry];
  const requests = new prometheus.Counter({
    name: "front_door_databricks_requests_total",
    help: "Requests to Databricks, by API and status; status 0 had no reply.",
    labelNames: ["api", "status"],
    registers,
  });
  const duration = new prometheus.Histogram({
    name: "front_door_databricks_request_duration_seconds",
    help: "From sending a request to Databricks to the headers of its reply.",
    labelNames: ["api"],
    buckets: durationBuckets,
    registers,
  });
  const inProgress = new prometheus.Gauge({
    name: "front_door_databricks_requests_in_progress",
    help: "Requests to Databricks whose reply has not begun, by API.",
    labelNames: ["api"],
    registers,
  });
  const startedMs = new WeakMap<object, number>();
  const listeners = {
    "undici:request:create"({ request }: Message) {
      startedMs.set(request, performance.now());
      inProgress.inc({ api: apiOf(request.path) });
    },
    "undici:request:headers": ({ request, response }: Message) => ended(request, response?.statusCode ?? 0),
    "undici:request:error": ({ request }: Message) => ended(request, 0),
  };
  /** Once for each request: it can fail after its headers. */
  function ended(request: Message["request"], status: number): void {
    const started = startedMs.get(request);
    if (started === undefined) return;
    startedMs.delete(request);
    const api = apiOf(request.path);
    inProgress.dec({ api });
    requests.inc({ api, status });
    duration.observe({ api }, (performance.now() - started) / 1000);
  }
  const entries = Object.entries(listeners) as [string, (message: unknown) => void][];
  for (const [channel, listener] of entries) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of entries) unsubscribe(channel, listener);
  };
}
