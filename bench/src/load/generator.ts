// The load generator's process: takes a plan over IPC, carries it out, and answers with what it saw.
import { Connection } from "./connection.ts";
import type { LoadPlan, LoadRequest, LoadResult, Quantiles } from "./plan.ts";

/** A contender that only fails, or that never answers, is not asked for ever. */
const failuresMax = 200;
const patienceMs = 120_000;

async function carryOut(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  const refusals: number[] = [];
  let failed = 0;
  let failure: string | undefined;
  let bytes = 0;
  let sent = 0;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + (plan.durationMs ?? Number.POSITIVE_INFINITY);
  const fail = (what: string) => {
    failed += 1;
    failure ??= what;
  };
  const sink = {
    reply(reply: {
      status: number;
      latencyMs: number;
      firstByteMs: number;
      bodyBytes: number;
      excerpt: string;
    }) {
      if (reply.status === 503 || reply.status === 429) {
        refusals.push(reply.latencyMs);
      } else if (reply.status >= 400) {
        fail(`${reply.status} ${reply.excerpt}`);
      } else if (reply.bodyBytes < (plan.replyBytesMin ?? 0)) {
        fail(`a reply of ${reply.bodyBytes} bytes`);
      } else {
        bytes += reply.bodyBytes;
        latencies.push(reply.latencyMs);
        firstBytes.push(reply.firstByteMs);
      }
    },
    broken: (error: Error) => fail(error.message),
    hopeful: () => failed <= failuresMax && performance.now() < endsAt,
  };
  const next = (): LoadRequest | undefined => {
    const over = performance.now() >= endsAt || sent >= (plan.count ?? Number.POSITIVE_INFINITY);
    // A contender that only fails would otherwise be asked for ever.
    if (over || failed > failuresMax) return undefined;
    const request = plan.requests[sent % plan.requests.length];
    sent += 1;
    bytes += request?.bodyBytes ?? 0;
    return request;
  };
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan, sink, next));
  const cutting = setTimeout(
    () => {
      failed = failuresMax + 1;
      for (const each of connections) each.cut();
    },
    plan.durationMs === undefined ? patienceMs : plan.durationMs + patienceMs,
  );
  await Promise.all(connections.map((each) => each.run()));
  clearTimeout(cutting);
  const cpu = process.cpuUsage(cpuBefore);
  return {
    succeeded: latencies.length,
    refused: refusals.length,
    failed,
    failure,
    seconds: (performance.now() - startedAt) / 1_000,
    bytes,
    latency: quantiles(latencies),
    firstByte: quantiles(firstBytes),
    refusal: quantiles(refusals),
    cpuMs: (cpu.user + cpu.system) / 1_000,
  };
}

function quantiles(values: number[]): Quantiles {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

process.on("message", (plan: LoadPlan) => {
  void carryOut(plan).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit(0));
