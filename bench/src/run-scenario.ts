import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Contender, Running } from "./contenders/contender.ts";
import type { LoadProcess } from "./load/load-process.ts";
import type { CaseResult, ContenderResult, ScenarioResult } from "./results.ts";
import type { Case, Mode, Sample, Scenario } from "./scenario.ts";
import { startUpstream } from "./upstreams/start-upstream.ts";
import type { Upstream } from "./upstreams/upstream.ts";

const warmUpMs = { quick: 300, full: 2_000 };
/** Of one core, from which on the load generator could be what is measured. */
const boundShare = 0.9;

/** One connection alone would take long to have the code compiled. */
function warmUpConnections({ durationMs, connections }: { durationMs?: number; connections: number }) {
  return durationMs === undefined ? {} : { connections: Math.max(connections, 16) };
}

interface Participant {
  readonly contender: Contender;
  readonly running: Running | undefined;
  readonly skipped?: string;
}

/** Starts the upstream and every contender, and measures each case in rounds: A B C, A B C, and so on. */
export async function runScenario(
  scenario: Scenario,
  mode: Mode,
  load: LoadProcess,
  say: (line: string) => void,
): Promise<ScenarioResult> {
  const folder = mkdtempSync(join(tmpdir(), "front-door-bench-"));
  const upstream = await startUpstream(scenario.upstream, folder);
  const participants: Participant[] = [];
  try {
    const rounds = scenario.rounds?.(mode) ?? (mode.quick ? 3 : 5);
    const cases: CaseResult[] = [];
    if (scenario.measuresStart) {
      cases.push(await measureStarts(scenario, upstream, folder, rounds, mode, say));
    } else {
      const entering = scenario.contenders.map((contender) => enter(contender, upstream, folder));
      participants.push(...(await Promise.all(entering)));
      for (const one of scenario.cases(mode)) {
        const result = await measureCase(one, participants, upstream, load, rounds, mode);
        cases.push(result);
        for (const { contender, rounds: samples, skipped } of result.contenders) {
          const values = samples.map(({ value }) => (value < 10 ? value.toFixed(2) : Math.round(value)));
          say(`  ${one.name} · ${contender}: ${skipped ?? `${values.join(" ")} ${scenario.unit}`}`);
        }
      }
    }
    const { name, title, about, unit, better, plot } = scenario;
    return { name, title, about, upstream: scenario.upstream, unit, better, plot, cases };
  } finally {
    await Promise.all(participants.map(({ running }) => running?.stop() ?? Promise.resolve()));
    await upstream.process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function enter(contender: Contender, upstream: Upstream, folder: string): Promise<Participant> {
  const missing = contender.missing();
  if (missing !== undefined) return { contender, running: undefined, skipped: missing };
  try {
    return { contender, running: await contender.start(upstream, folder) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { contender, running: undefined, skipped: `it did not start: ${reason.slice(0, 300)}` };
  }
}

async function measureCase(
  one: Case,
  participants: readonly Participant[],
  upstream: Upstream,
  load: LoadProcess,
  rounds: number,
  mode: Mode,
): Promise<CaseResult> {
  const entered = participants.map((participant) => ({
    ...participant,
    plan: participant.running === undefined ? undefined : one.plan(participant.contender),
    samples: [] as Sample[],
    failure: undefined as string | undefined,
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const participant of entered) {
      const { running, plan } = participant;
      if (running === undefined || plan === undefined || participant.failure !== undefined) continue;
      const target = { origin: running.origin, ...(running.ca === undefined ? {} : { ca: running.ca }) };
      if (round === 0) {
        // Compiled code, open connections, filled caches: nobody is measured without them.
        const brief =
          plan.durationMs === undefined ? { count: Math.min(plan.count ?? 1, plan.connections * 2) } : {};
        const duration =
          plan.durationMs === undefined
            ? {}
            : { durationMs: one.warmUpMs ?? (mode.quick ? warmUpMs.quick : warmUpMs.full) };
        const { succeeded, failure } = await load.run({
          ...plan,
          ...target,
          ...brief,
          ...duration,
          ...warmUpConnections(plan),
        });
        if (succeeded === 0) participant.failure = `every request failed: ${failure ?? "no reply"}`;
        continue;
      }
      participant.samples.push(await measureRound(one, running, upstream, load, { ...plan, ...target }));
    }
  }
  return {
    name: one.name,
    ...(one.x === undefined ? {} : { x: one.x }),
    contenders: entered.map(({ contender, samples, skipped, failure, plan, running }): ContenderResult => {
      const reason =
        skipped ??
        failure ??
        (running !== undefined && plan === undefined ? "it has no such route" : undefined);
      return {
        contender: contender.name,
        rounds: samples,
        ...(reason === undefined ? {} : { skipped: reason }),
      };
    }),
  };
}

async function measureRound(
  one: Case,
  { processes }: Running,
  upstream: Upstream,
  load: LoadProcess,
  plan: Parameters<LoadProcess["run"]>[0],
): Promise<Sample> {
  const watched = [...processes, upstream.process];
  const before = watched.map((each) => {
    each.resetPeak();
    return each.figures();
  });
  await Promise.all(watched.map((each) => each.eventLoopMaxMs()));
  const result = await load.run(plan);
  const loops = await Promise.all(watched.map((each) => each.eventLoopMaxMs()));
  const after = watched.map((each) => each.figures());
  return {
    value: result.succeeded === 0 || result.failed > result.succeeded / 100 ? Number.NaN : one.value(result),
    load: result,
    loadBound: result.cpuMs / 1_000 > result.seconds * boundShare,
    processes: watched.map((each, index) => {
      const [idle, busy] = [before[index] ?? each.figures(), after[index] ?? each.figures()];
      return {
        name: each.name,
        cpuMs: busy.cpuMs - idle.cpuMs,
        peakRssMib: busy.peakRssMib,
        rssGrowthMib: busy.peakRssMib - idle.rssMib,
        eventLoopMaxMs: loops[index],
        idle,
      };
    }),
  };
}

/**
 * Each round starts a contender from nothing, waits until it is ready, lets it rest and stops it. The first one does not
 * count: it leaves what every later start of an installation finds, as Node's compile cache.
 */
async function measureStarts(
  scenario: Scenario,
  upstream: Upstream,
  folder: string,
  rounds: number,
  { quick }: Mode,
  say: (line: string) => void,
): Promise<CaseResult> {
  const results = scenario.contenders.map((contender) => ({ contender, samples: [] as Sample[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { contender, samples } of results) {
      if (contender.missing() !== undefined) continue;
      const startedAt = performance.now();
      const running = await contender.start(upstream, folder);
      const value = performance.now() - startedAt;
      if (round === 0) {
        await running.stop();
        continue;
      }
      await delay(quick ? 1_000 : 3_000);
      const figures = running.processes.map((each) => ({ name: each.name, ...each.figures() }));
      await running.stop();
      say(`  ${contender.name}: ${Math.round(value)} ms`);
      samples.push({
        value,
        processes: figures.map(({ name, ...idle }) => {
          const { cpuMs, peakRssMib } = idle;
          return { name, cpuMs, peakRssMib, rssGrowthMib: 0, eventLoopMaxMs: undefined, idle };
        }),
      });
    }
  }
  return {
    name: "start to ready",
    contenders: results.map(({ contender, samples }) => {
      const missing = contender.missing();
      return {
        contender: contender.name,
        rounds: samples,
        ...(missing === undefined ? {} : { skipped: missing }),
      };
    }),
  };
}
