import { appkit } from "../contenders/appkit.ts";
import type { RowFormat } from "../contenders/contender.ts";
import { frontDoor } from "../contenders/front-door.ts";
import { sdkDirect } from "../contenders/sdk-direct.ts";
import { upstreamItself } from "../contenders/upstream-itself.ts";
import type { Case, Mode, Scenario } from "../scenario.ts";

export const manyRows: Scenario = {
  name: "many-rows",
  title: "A query of 1,000,000 × 5",
  about:
    "A million rows of BIGINT, STRING, DECIMAL(10,2), DOUBLE and TIMESTAMP, from a warehouse over TLS that has encoded them beforehand. The driver always uses `fetchAll` and `JSON.stringify`, whatever the format.",
  upstream: "fixed rows",
  unit: "rows/s",
  better: "more",
  contenders: [frontDoor, sdkDirect, upstreamItself],
  // No more, because the driver takes ten seconds for each result.
  rounds: () => 3,
  cases: ({ quick }) =>
    (["ndjson", "json", "arrow"] as const).map((format) => rowsCase(format, quick ? 100_000 : 1_000_000)),
  plot: "bars",
};

function rowsCase(format: RowFormat, rows: number): Case {
  return {
    name: `${format.toUpperCase()}, ${rows.toLocaleString("en")} rows`,
    plan: (contender) => {
      // The driver knows only rows as objects: its figure stands beside every format.
      const request = contender.routes.query?.(`rows ${rows}`, contender === sdkDirect ? "json" : format);
      // A row takes 40 bytes in Arrow, its shortest form.
      return request && { connections: 1, requests: [request], count: 1, replyBytesMin: rows * 30 };
    },
    value: ({ succeeded, seconds }) => (succeeded * rows) / seconds,
  };
}

export const oneRow: Scenario = {
  name: "one-row",
  title: "A query of one row",
  about: "`SELECT 1` on the local workspace (DuckDB, TLS): the whole way. The figure is the median time.",
  upstream: "local workspace",
  unit: "ms",
  better: "less",
  contenders: [frontDoor, sdkDirect, appkit],
  cases: ({ quick }: Mode) => [
    {
      name: "1 connection",
      plan: ({ routes }) => {
        const request = routes.query?.("SELECT 1 AS one", "json");
        return request && { connections: 1, requests: [request], durationMs: quick ? 800 : 4_000 };
      },
      value: ({ latency }) => latency.p50,
    },
  ],
  plot: "bars",
};
