import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import type { Scenario } from "../scenario.ts";

export const slowUpstream: Scenario = {
  name: "slow-upstream",
  title: "64 callers of an upstream that takes 100 ms",
  about: "`list_schemas` whose reply is 200 bytes, with an upstream that answers as late as Databricks does.",
  upstream: "fixed replies",
  unit: "requests/s",
  better: "more",
  contenders: [frontDoor, inProcess],
  cases: ({ quick }) => [
    {
      name: "64 callers",
      ...(quick ? { warmUpMs: 1_000 } : {}),
      plan: ({ routes }) => {
        const request = routes.listSchemas?.("slow");
        return request && { connections: 64, requests: [request], durationMs: quick ? 800 : 4_000 };
      },
      value: ({ succeeded, seconds }) => succeeded / seconds,
    },
  ],
  plot: "bars",
};
