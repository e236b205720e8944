import { frontDoor } from "../contenders/front-door.ts";
import { inProcess } from "../contenders/in-process.ts";
import type { Scenario } from "../scenario.ts";

const mebibyte = 1024 * 1024;

export const growthConnections: Scenario = {
  name: "growth-connections",
  title: "From 1 to 512 connections",
  about: "The small operation: what more callers at once cost.",
  upstream: "fixed replies",
  unit: "requests/s",
  better: "more",
  contenders: [frontDoor, inProcess],
  rounds: ({ quick }) => (quick ? 1 : 3),
  cases: ({ quick }) =>
    (quick ? [1, 64, 512] : [1, 4, 16, 64, 256, 512]).map((connections) => ({
      name: `${connections}`,
      x: connections,
      plan: ({ routes }) => {
        const request = routes.listSchemas?.("small");
        return (
          request && {
            connections,
            requests: [request],
            durationMs: quick ? 400 : 1_500,
            honourRetryAfter: true,
          }
        );
      },
      value: ({ succeeded, seconds }) => succeeded / seconds,
    })),
  plot: "lines",
};

export const growthBytes: Scenario = {
  name: "growth-bytes",
  title: "From 1 MiB to 10 GiB",
  about: "One download. Memory should stay flat, and time should grow with the file.",
  upstream: "fixed replies",
  unit: "ms",
  better: "less",
  contenders: [frontDoor],
  rounds: ({ quick }) => (quick ? 1 : 2),
  cases: ({ quick }) =>
    (quick ? [1, 16, 128] : [1, 10, 100, 1024, 10_240]).map((mib) => ({
      name: mib >= 1024 ? `${mib / 1024} GiB` : `${mib} MiB`,
      x: mib,
      plan: ({ routes }) => {
        const request = routes.readFile?.(`${mib * mebibyte}-large.bin`);
        return request && { connections: 1, requests: [request], count: 1, replyBytesMin: mib * mebibyte };
      },
      value: ({ latency }) => latency.max,
    })),
  plot: "lines",
};

export const growthRows: Scenario = {
  name: "growth-rows",
  title: "From 10³ to 10⁷ rows",
  about: "One query as NDJSON. Memory should stay flat, and time should grow with the rows.",
  upstream: "fixed rows",
  unit: "ms",
  better: "less",
  contenders: [frontDoor],
  rounds: ({ quick }) => (quick ? 1 : 2),
  cases: ({ quick }) =>
    (quick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6, 1e7]).map((rows) => ({
      name: rows.toLocaleString("en"),
      x: rows,
      plan: ({ routes }) => {
        const request = routes.query?.(`rows ${rows}`, "ndjson");
        return request && { connections: 1, requests: [request], count: 1, replyBytesMin: rows * 30 };
      },
      value: ({ latency }) => latency.max,
    })),
  plot: "lines",
};
