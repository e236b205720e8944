import { bareProxy } from "../contenders/bare-proxy.ts";
import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import { nginx } from "../contenders/nginx.ts";
import { pythonSidecar } from "../contenders/python-sidecar.ts";
import { sdkDirect } from "../contenders/sdk-direct.ts";
import type { Case, Mode, Scenario } from "../scenario.ts";

/** One operation repeated at 1, 16 and 64 connections: requests per second. */
export function operationCases(catalog: string) {
  return ({ quick }: Mode): Case[] => {
    // Code is compiled during the first case; the others only open their connections.
    const [first, later] = quick ? [1_800, 300] : [2_000, 1_000];
    return [1, 16, 64].map((connections, index) => ({
      name: `${connections} connection${connections === 1 ? "" : "s"}`,
      warmUpMs: index === 0 ? first : later,
      plan: ({ routes }) => {
        const request = routes.listSchemas?.(catalog);
        return request && { connections, requests: [request], durationMs: quick ? 400 : 3_000 };
      },
      value: ({ succeeded, seconds }) => succeeded / seconds,
    }));
  };
}

export const smallJson: Scenario = {
  name: "small-json",
  title: "A small JSON operation",
  about: "`list_schemas` whose reply is 200 bytes, with an upstream that answers at once.",
  upstream: "fixed replies",
  unit: "requests/s",
  better: "more",
  contenders: [frontDoor, inProcess, bareProxy, nginx, pythonSidecar, sdkDirect],
  cases: operationCases("small"),
  plot: "bars",
};
