import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeCallers } from "./callers.ts";
import { killProcesses, rotateCredentials } from "./changes.ts";
import { drive, type Owned } from "./drive.ts";
import { makeFaults } from "./faults.ts";
import { Files } from "./files.ts";
import { Inserts } from "./inserts.ts";
import { Judge } from "./judge.ts";
import { Lane } from "./lane.ts";
import { expectedCatalogs } from "./objects.ts";
import { ProductUnderSoak } from "./product-under-soak.ts";
import { randomOf } from "./random.ts";
import { type Soak, writeReport } from "./report.ts";
import { metricsOf, type Samples, takeSamples } from "./samples.ts";
import { judgedFromMinutes, type Verdict, verdictsOf } from "./verdicts.ts";

const lanesPerCaller = 2;

const { minutes, seed, report } = readArguments();
if (report !== undefined) {
  writeReport(JSON.parse(readFileSync(report, "utf8")) as Soak);
  process.exit(0);
}
const soakMs = minutes * 60_000;
/** In an hour thirty kills of each process, and sixty rotations. */
const changeEveryMs = Math.max(6_000, soakMs / 60);

const say = (line: string) => console.error(`[soak] ${line}`);
const folder = mkdtempSync(join(tmpdir(), "front-door-soak-"));
say(`${minutes} minutes, --seed ${seed}; the logs of the processes are in ${folder}`);
const random = (what: string) => randomOf(`${seed} ${what}`);
const judge = new Judge((line) => say(`WRONG: ${line}`));
const callers = makeCallers();
const product = await ProductUnderSoak.start(folder, callers);
let failed = true;
try {
  const samples = await soak();
  const verdicts = minutes < judgedFromMinutes ? [] : verdictsOf(samples);
  print(verdicts);
  keep(samples);
  failed = judge.wrongCount > 0 || verdicts.some(({ isFlat }) => !isFlat);
} catch (error) {
  say(error instanceof Error ? String(error.stack) : String(error));
}
await product.stop();
if (failed) say(`failed; the logs of the processes are in ${folder}`);
else rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);

async function soak(): Promise<Samples> {
  const admin = () => callers.find(({ name }) => name === "alice")?.token ?? "";
  const inserts = new Inserts();
  await inserts.makeTable(product.workspace, admin());
  const catalogs = await expectedCatalogs(product.workspace, callers);
  const lanes = callers.flatMap((caller) =>
    Array.from({ length: lanesPerCaller }, (_, at) => {
      const name = `${caller.name}-${at + 1}`;
      return new Lane(name, caller, random(name), product, judge);
    }),
  );
  const owned = lanes.map((lane, at): Owned => {
    // Of another caller.
    const other = lanes[(at + lanesPerCaller) % lanes.length] ?? lane;
    return { lane, other, inserts, catalogs, files: filesOf(lane) };
  });
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > soakMs;
  const sampling = takeSamples(product, { everyMs: Math.min(10_000, soakMs / 20), isOver });
  await Promise.all([
    ...owned.map((each) => drive(each, isOver)),
    makeFaults(product, random("faults"), judge, { everyMs: Math.min(3_000, soakMs / 20), isOver }),
    rotateCredentials(product, callers, judge, { everyMs: changeEveryMs, isOver }),
    killInTurns(startedAt, isOver),
  ]);
  const samples = await sampling;
  await expectNothingUnderWay();
  await inserts.compare(judge, product.workspace, admin());
  for (const { files } of owned) await files?.compare(product.workspace, admin());
  return samples;
}

function filesOf(lane: Lane): Files | undefined {
  return lane.caller.volume === undefined ? undefined : new Files(lane);
}

/**
 * In the first half only the gateway is killed, and in the second only the front door, so that what the other keeps of each
 * death can be seen. Between the halves both get a new secret, and begin anew.
 */
async function killInTurns(startedAt: number, isOver: () => boolean): Promise<void> {
  const kills = random("kills");
  const isHalf = () => performance.now() - startedAt > soakMs / 2;
  await killProcesses(product, "databricks-gateway", kills, judge, {
    everyMs: changeEveryMs,
    isOver: isHalf,
  });
  await product.changeGatewaySecret();
  judge.count("rotations: GATEWAY_SECRET");
  await killProcesses(product, "api", kills, judge, { everyMs: changeEveryMs, isOver });
}

/** What was under way has ended, whatever became of it: nothing counts it any more. */
async function expectNothingUnderWay(): Promise<void> {
  const names = [
    "front_door_requests_in_progress",
    "front_door_gateway_limit_used",
    "front_door_gateway_requests_in_progress",
    "front_door_gateway_stream_memory_bytes",
  ];
  let found: Map<string, number>;
  for (let waited = 0; ; waited += 1) {
    found = new Map([
      ...(await metricsOf(product, "api")),
      ...(await metricsOf(product, "databricks-gateway")),
    ]);
    if (names.every((name) => (found.get(name) ?? 0) === 0) || waited === 60) break;
    await sleep(500);
  }
  for (const name of names) {
    judge.expect((found.get(name) ?? 0) === 0, "afterwards, with nobody there", () => [
      name,
      found.get(name),
    ]);
  }
}

function print(verdicts: readonly Verdict[]): void {
  for (const [what, count] of judge.counts()) console.log(`${what}: ${count.toLocaleString("en")}`);
  for (const { what, perHour, bound, isFlat } of verdicts) {
    console.log(
      `growth of ${what}: ${perHour.toFixed(1)} an hour (at most ${bound}): ${isFlat ? "flat" : "GROWS"}`,
    );
  }
  console.log(`${judge.checked.toLocaleString("en")} comparisons, ${judge.wrongCount} wrong`);
}

/** For `--report`. */
function keep(samples: Samples): void {
  const { checked, wrongCount, wrongs } = judge;
  const date = new Date().toISOString();
  const loadAverage = loadavg()[2] ?? 0;
  const found: Soak = {
    date,
    minutes,
    seed,
    loadAverage,
    counts: judge.counts(),
    checked,
    wrongCount,
    wrongs,
    samples,
  };
  const file = join(tmpdir(), `front-door-soak-${date.replaceAll(":", "")}.json`);
  writeFileSync(file, JSON.stringify(found));
  say(`what it found is in ${file}`);
}

interface Arguments {
  readonly minutes: number;
  readonly seed: string;
  /** What an earlier soak has found. */
  readonly report?: string;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "60" },
      seed: { type: "string", default: String(Date.now()) },
      report: { type: "string" },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, got ${values.minutes}`);
  return { ...values, minutes };
}
