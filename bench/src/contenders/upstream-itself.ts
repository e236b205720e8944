import { readFileSync } from "node:fs";
import type { Contender } from "./contender.ts";
import { databricksRoutes } from "./databricks-routes.ts";

/** No contender but the limit of all: what the upstream gives to a client that asks it without anything between. */
export const upstreamItself: Contender = {
  name: "the upstream itself",
  what: "what the load generator gets when nothing is between: over TLS too where the contenders have it. A limit, not a product",
  missing: () => undefined,
  routes: {
    ...databricksRoutes,
    query: (sql) => ({ method: "GET", path: `/raw/${/\d+/.exec(sql)?.[0] ?? 1}` }),
  },
  start: (upstream) =>
    Promise.resolve({
      origin: upstream.origin,
      ...(upstream.caFile === undefined ? {} : { ca: readFileSync(upstream.caFile, "utf8") }),
      processes: [],
      stop: () => Promise.resolve(),
    }),
};
