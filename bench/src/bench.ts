import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { scenarios } from "./all-scenarios.ts";
import { checkCounts } from "./counted/check-counts.ts";
import { recordBaseline } from "./counted/record.ts";
import { install } from "./install.ts";
import { LoadProcess } from "./load/load-process.ts";
import { appkitVersion } from "./peers.ts";
import { writeReport } from "./report/write-report.ts";
import type { BenchResult, ScenarioResult } from "./results.ts";
import { runScenario } from "./run-scenario.ts";

const resultsFolder = fileURLToPath(new URL("../results/", import.meta.url));
const say = (line: string) => process.stderr.write(`${line}\n`);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    install: { type: "boolean", default: false },
    /** Write the report anew out of the last results. */
    report: { type: "boolean", default: false },
    /** Count the work for a request and compare it with bench/baseline.json. */
    "check-counts": { type: "boolean", default: false },
    /** Write bench/baseline.json anew. */
    "record-counts": { type: "boolean", default: false },
  },
});

if (options.install) install(say);
else if (options["check-counts"]) process.exitCode = (await checkCounts(say)) ? 0 : 1;
else if (options["record-counts"]) await recordBaseline();
else if (options.report)
  writeReport(JSON.parse(readFileSync(`${resultsFolder}latest.json`, "utf8")) as BenchResult);
else await bench();

async function bench(): Promise<void> {
  const startedAt = performance.now();
  const chosen = scenarios.filter(
    ({ name }) => positionals.length === 0 || positionals.some((filter) => name.includes(filter)),
  );
  if (chosen.length === 0) {
    say(`There is no such scenario; there are: ${scenarios.map(({ name }) => name).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  const loadAverage = loadavg()[0] ?? 0;
  const load = new LoadProcess();
  const results: ScenarioResult[] = [];
  for (const scenario of chosen) {
    say(`${scenario.name}: ${scenario.title}`);
    try {
      results.push(await runScenario(scenario, { quick: options.quick }, load, say));
    } catch (error) {
      say(`  it could not be run: ${error instanceof Error ? error.stack : String(error)}`);
      process.exitCode = 1;
    }
  }
  await load.stop();
  const contenders = [...new Set(scenarios.flatMap((scenario) => scenario.contenders))];
  const result: BenchResult = {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD"),
    quick: options.quick,
    seconds: (performance.now() - startedAt) / 1_000,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGib: totalmem() / 2 ** 30,
      kernel: release(),
      loadAverage,
    },
    versions: versions(),
    contenders: contenders.map((contender) => {
      const missing = contender.missing();
      const { name, what } = contender;
      return { name, what, ...(missing === undefined ? {} : { missing }) };
    }),
    scenarios: results,
  };
  mkdirSync(resultsFolder, { recursive: true });
  const text = JSON.stringify(result);
  writeFileSync(`${resultsFolder}${result.date.replaceAll(":", "-")}.json`, text);
  if (positionals.length > 0) {
    say("Only some scenarios were run: the report stays as it is.");
    return;
  }
  writeFileSync(`${resultsFolder}latest.json`, text);
  writeReport(result);
  say(`docs/performance.md is written, after ${Math.round(result.seconds)} s.`);
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function versions(): Record<string, string> {
  const names = ["express", "undici", "@databricks/sdk-experimental", "@databricks/sql"];
  return {
    node: process.versions.node,
    ...Object.fromEntries(names.map((name) => [name, versionOf(name)])),
    "@databricks/appkit": appkitVersion,
  };
}

function versionOf(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
