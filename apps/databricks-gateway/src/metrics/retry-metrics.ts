import type { Metrics } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";
import { type RetryMessage, retries } from "../databricks/repeat-call.ts";

/** Counts the retries of calls to Databricks, and those for which the budget had none left. Returns what ends that. */
export function retryMetrics({ prometheus, registry }: Metrics): () => void {
  const labelNames = ["api", "reason"] as const;
  const registers = [registry];
  const sent = new prometheus.Counter({
    name: "front_door_gateway_retries_total",
    help: "Calls to Databricks that were sent again, by API and reason.",
    labelNames,
    registers,
  });
  const refused = new prometheus.Counter({
    name: "front_door_gateway_retries_refused_total",
    help: "Calls to Databricks that were not sent again at once because the budget of retries was empty.",
    labelNames,
    registers,
  });
  const count = (message: unknown) => {
    // Only `repeatCall` sends on this channel.
    const { path, reason, isRefused } = message as RetryMessage;
    (isRefused ? refused : sent).inc({ api: apiOf(path), reason });
  };
  retries.subscribe(count);
  return () => {
    retries.unsubscribe(count);
  };
}
