import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openTracing, type Tracing } from "./tracing.ts";
import type { TracingConfig } from "./tracing-settings.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callers = (flags: "00" | "01") => ({ traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` });

async function open(
  sampler: TracingConfig["sampler"],
  { ratio = 1, countsCallersTraces = true } = {},
): Promise<Tracing> {
  const endpoint = "http://127.0.0.1:4318";
  const config = { endpoint, headers: {}, serviceName: "shop", sampler, ratio, countsCallersTraces };
  return openTracing(config, pino({ level: "silent" }));
}

/** How many of 250 requests are kept. */
function keptOf250(tracing: Tracing, headers = {}): number {
  return Array.from({ length: 250 }, () => tracing.arrived(headers)?.isSampled).filter(Boolean).length;
}

describe("which traces are kept", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ["new ones", {}],
    ["those that their callers keep", callers("01")],
  ])("without a setting: the first 100 in each second, of %s", async (_which, headers) => {
    const tracing = await open(undefined);
    expect(keptOf250(tracing, callers("00"))).toBe(0);
    expect(keptOf250(tracing, headers)).toBe(100);
    expect(keptOf250(tracing, headers)).toBe(0);
    expect(keptOf250(tracing)).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(keptOf250(tracing, headers)).toBe(100);
  });

  it("without a setting, in the gateway: all that its callers keep, and the first 100 of the others", async () => {
    const tracing = await open(undefined, { countsCallersTraces: false });
    expect(keptOf250(tracing)).toBe(100);
    expect(keptOf250(tracing, callers("01"))).toBe(250);
    expect(keptOf250(tracing, callers("00"))).toBe(0);
  });

  it.each([
    ["always_on", 250, 250, 250],
    ["always_off", 0, 0, 0],
    ["parentbased_always_on", 250, 250, 0],
    ["parentbased_always_off", 0, 250, 0],
  ] as const)(
    "with %s: of 250 new ones %i, of 250 that callers keep %i, of 250 that they do not %i",
    async (sampler, fresh, kept, others) => {
      const tracing = await open(sampler);
      expect(keptOf250(tracing)).toBe(fresh);
      expect(keptOf250(tracing, callers("01"))).toBe(kept);
      expect(keptOf250(tracing, callers("00"))).toBe(others);
    },
  );

  it.each(["traceidratio", "parentbased_traceidratio"] as const)(
    "with %s: by the trace's id",
    async (sampler) => {
      expect(keptOf250(await open(sampler, { ratio: 0 }))).toBe(0);
      expect(keptOf250(await open(sampler, { ratio: 1 }))).toBe(250);
      const [half, other] = [await open(sampler, { ratio: 0.5 }), await open(sampler, { ratio: 0.5 })];
      const kept = keptOf250(half);
      expect(kept).toBeGreaterThan(50);
      expect(kept).toBeLessThan(200);
      // The process that continues a trace decides the same.
      const begun = Array.from({ length: 50 }, () => half.arrived({})).filter((span) => span !== undefined);
      expect(begun.length).toBeGreaterThan(0);
      for (const span of begun) expect(other.arrived(span.headers())?.isSampled).toBe(true);
    },
  );
});
