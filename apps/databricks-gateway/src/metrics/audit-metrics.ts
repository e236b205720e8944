import type { Metrics } from "@front-door/service-runtime";
import { auditLoss } from "../audit/audit-sink.ts";

/** Counts the audit lines that are lost. Returns what ends that. */
export function auditMetrics({ prometheus, registry }: Metrics): () => void {
  const lost = new prometheus.Counter({
    name: "front_door_gateway_audit_lines_lost_total",
    help: "Audit lines that could not be written to their file.",
    registers: [registry],
  });
  const count = (lines: unknown) => lost.inc(Number(lines));
  auditLoss.subscribe(count);
  return () => {
    auditLoss.unsubscribe(count);
  };
}
