import { frontDoor, frontDoorBounded } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import { pythonSidecar } from "../contenders/python-sidecar.ts";
import type { Case, Mode, Scenario } from "../scenario.ts";

export const overload: Scenario = {
  name: "overload",
  title: "500 callers of an upstream that takes 100 ms",
  about:
    "The 99th percentile of the time of accepted requests. Refused callers wait as `Retry-After` says. `busy`: the upstream works on 64 requests at a time and lets the others wait, as services under load do.",
  upstream: "fixed replies",
  unit: "ms (p99 of the accepted)",
  better: "less",
  contenders: [frontDoor, frontDoorBounded, inProcess, pythonSidecar],
  cases: (mode) => [
    overloadCase("1 caller", 1, "slow", mode),
    overloadCase("500 callers", 500, "slow", mode),
    ...(mode.quick ? [] : [overloadCase("500 callers, busy", 500, "busy", mode)]),
  ],
  plot: "bars",
};

function overloadCase(name: string, connections: number, catalog: string, { quick }: Mode): Case {
  return {
    name,
    warmUpMs: quick ? 400 : 3_000,
    plan: ({ routes }) => {
      const request = routes.listSchemas?.(catalog);
      return (
        request && {
          connections,
          requests: [request],
          durationMs: quick ? 1_000 : 5_000,
          honourRetryAfter: true,
        }
      );
    },
    value: ({ latency }) => latency.p99,
  };
}
