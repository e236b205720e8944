import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../free-ports.ts";
import { startProduct } from "../start-product.ts";
import { alertQueries, dashboardQueries, type Query } from "./queries.ts";
import { makeTraffic } from "./traffic.ts";

const deploy = join(import.meta.dirname, "../../deploy");

const prometheus = findPrometheus();
const promtool = join(dirname(prometheus), "promtool");
const folder = mkdtempSync(join(tmpdir(), "dashboard-check-"));
const problems: string[] = [];

checkWith(["check", "rules", join(deploy, "prometheus/alerts.yaml")]);
checkWith(["test", "rules", join(deploy, "prometheus/alerts.test.yaml")]);

const [metricsPort = 0, port = 0] = await metricsPorts();
const product = await startProduct({
  env: { METRICS_PORT: String(metricsPort), AUDIT_LOG: join(folder, "audit.log"), LOG_LEVEL: "silent" },
});
const child = startPrometheus(port, metricsPort);
try {
  await makeTraffic(product, () => hasLookedOften(port));
  for (const at of [metricsPort, metricsPort + 1]) {
    const text = await (await fetch(`http://127.0.0.1:${at}/metrics`)).text();
    checkWith(["check", "metrics"], text);
  }
  const queries = [...dashboardQueries(join(deploy, "grafana/front-door.json")), ...(await alerts(port))];
  for (const query of queries) await expectData(port, query);
  console.log(`${queries.length} queries asked`);
} finally {
  await stop(child);
  await product[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function findPrometheus(): string {
  const { PROMETHEUS: given, PATH: path = "" } = process.env;
  const places = path.split(delimiter).map((each) => join(each, "prometheus"));
  const found = given ?? places.find((each) => existsSync(each));
  if (found !== undefined) return found;
  console.error(
    "there is no prometheus on the PATH, and PROMETHEUS does not name one: see scripts/dashboard-check.sh",
  );
  process.exit(77);
}

/** The gateway has the port after the front door's. */
async function metricsPorts(): Promise<number[]> {
  for (;;) {
    const [one = 0, other = 0] = await freePorts(2);
    if (one + 1 !== other && one < 65_534) return [one, other];
  }
}

/** With the files of `deploy/`, but for the ports, and often enough for a test. */
function startPrometheus(at: number, metrics: number): ChildProcess {
  const config = readFileSync(join(deploy, "prometheus/prometheus.yaml"), "utf8")
    .replace("127.0.0.1:9464", `127.0.0.1:${metrics}`)
    .replace("127.0.0.1:9465", `127.0.0.1:${metrics + 1}`)
    .replaceAll("_interval: 15s", "_interval: 1s");
  writeFileSync(join(folder, "prometheus.yaml"), config);
  copyFileSync(join(deploy, "prometheus/alerts.yaml"), join(folder, "alerts.yaml"));
  const started = spawn(
    prometheus,
    [
      `--config.file=${join(folder, "prometheus.yaml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${at}`,
    ],
    { stdio: "ignore" },
  );
  started.once("error", (error) => console.error(`${prometheus} could not be started: ${error.message}`));
  return started;
}

async function stop(running: ChildProcess): Promise<void> {
  if (running.exitCode !== null || running.signalCode !== null) return;
  const ended = once(running, "exit");
  running.kill("SIGTERM");
  await ended;
}

async function ask(at: number, path: string): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${at}/api/v1/${path}`);
  const answer = (await reply.json()) as { data?: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.data;
}

async function alerts(at: number): Promise<Query[]> {
  const { groups } = (await ask(at, "rules")) as { groups: { rules: { name: string; query: string }[] }[] };
  return alertQueries(groups.flatMap(({ rules }) => rules));
}

/** Whether Prometheus has looked at both processes often enough for a rate. */
async function hasLookedOften(at: number): Promise<boolean> {
  const answer = await ask(
    at,
    `query?query=${encodeURIComponent("min(count_over_time(up[1m])) >= 10")}`,
  ).catch(() => undefined);
  return answer !== undefined && (answer as { result: unknown[] }).result.length > 0;
}

/** Data is a value that is a number: the ratio of nothing to nothing is none. */
async function expectData(at: number, { what, expression }: Query): Promise<void> {
  for (const endsAt = performance.now() + 5_000; ; await sleep(500)) {
    try {
      const { result } = (await ask(at, `query?query=${encodeURIComponent(expression)}`)) as {
        result: { value: [number, string] }[];
      };
      if (result.some(({ value }) => value[1] !== "NaN")) return;
      if (performance.now() > endsAt) return void problems.push(`no data: ${what}: ${expression}`);
    } catch (error) {
      return void problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function checkWith(args: readonly string[], input = ""): void {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: "utf8" });
  if (status !== 0) problems.push(`promtool ${args.join(" ")}:\n${stdout}${stderr}`);
  else console.log(`promtool ${args.slice(0, 2).join(" ")}: ok`);
}
