import { durationBuckets, type Metrics } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";
import { onRequests, type RequestMessage } from "../databricks/request-channels.ts";

/** Measures every request to Databricks. Returns what ends that. */
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
  /** Only the first time for each request. */
  const ended = (request: RequestMessage["request"], status: number) => {
    const started = startedMs.get(request);
    if (started === undefined) return;
    startedMs.delete(request);
    const api = apiOf(request.path);
    inProgress.dec({ api });
    requests.inc({ api, status });
    duration.observe({ api }, (performance.now() - started) / 1000);
  };
  return onRequests({
    create({ request }) {
      startedMs.set(request, performance.now());
      inProgress.inc({ api: apiOf(request.path) });
    },
    headers: ({ request, response }) => ended(request, response?.statusCode ?? 0),
    error: ({ request }) => ended(request, 0),
  });
}
