import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import type { Running } from "./contenders/contender.ts";
import { startFrontDoor } from "./contenders/front-door.ts";
import { ownRoutes } from "./contenders/own-routes.ts";
import { startUpstream } from "./upstreams/start-upstream.ts";

// What traces add to the CPU time of a small operation: front doors without them, with those kept by default, and with all, in turn.
// Two processes with the same settings differ by several percent, by what their compilers have come to and by which was started
// first, so all are started anew several times, each time with another one first.

const starts = Number(process.argv[2] ?? 16);
// A process that has served few calls runs code that is not compiled yet, more of it with traces than without.
const warmingRounds = 40;
const rounds = 15;
const callsInRound = 400;
const atOnce = 16;

const collector = createServer((request, response) => {
  request.resume();
  request.once("end", () => response.end());
});

class Measured {
  readonly name: string;
  readonly running: Running;
  readonly microseconds: number[] = [];
  readonly #pool: Pool;

  constructor(name: string, running: Running) {
    this.name = name;
    this.running = running;
    this.#pool = new Pool(running.origin, { connections: atOnce });
  }

  async round(): Promise<void> {
    const before = this.#cpuNs();
    let left = callsInRound;
    const caller = async () => {
      for (; left > 0; left -= 1) {
        const { method, path } = ownRoutes.listSchemas("small");
        const reply = await this.#pool.request({ method, path });
        await reply.body.dump();
        if (reply.statusCode !== 200) throw new Error(`${this.name}: ${reply.statusCode}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    this.microseconds.push((this.#cpuNs() - before) / callsInRound / 1_000);
  }

  /** Of all threads of both processes. */
  #cpuNs(): number {
    const tasks = this.running.processes.flatMap(({ pid }) =>
      readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/schedstat`),
    );
    return tasks.reduce((sum, file) => sum + Number(readFileSync(file, "utf8").split(" ")[0]), 0);
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
    await this.running.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
const traced = {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
};
const settings = {
  "without traces": {},
  "with traces": traced,
  "with all of them": { ...traced, OTEL_TRACES_SAMPLER: "parentbased_always_on" },
} as const;
const folder = mkdtempSync(join(tmpdir(), "tracing-cost-"));
const upstream = await startUpstream("fixed replies", folder);
const microseconds: Record<string, number[]> = {};
try {
  for (let count = 0; count < starts; count += 1) {
    for (const { name, microseconds: own } of await measureAll(count))
      (microseconds[name] ??= []).push(median(own));
  }
} finally {
  await upstream.process.stop();
  collector.closeAllConnections();
  collector.close();
  rmSync(folder, { recursive: true, force: true });
}
const without = microseconds["without traces"] ?? [];
for (const [name, own] of Object.entries(microseconds)) {
  const ratios = own.map((each, start) => each / (without[start] ?? Number.NaN));
  process.stdout.write(
    `${name}: ${median(own).toFixed(0)} µs of CPU for a call, ${median(ratios).toFixed(3)} times\n`,
  );
}

async function measureAll(first: number): Promise<Measured[]> {
  const all: Measured[] = [];
  try {
    const each = Object.entries(settings);
    const at = first % each.length;
    for (const [name, env] of [...each.slice(at), ...each.slice(0, at)]) {
      all.push(new Measured(name, await startFrontDoor(upstream, folder, () => ({ env }))));
    }
    for (let round = -warmingRounds; round < rounds; round += 1) {
      for (const each of all) {
        await each.round();
        if (round < 0) each.microseconds.length = 0;
      }
    }
    return all;
  } finally {
    for (const each of all) await each.stop();
  }
}
