import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "./pace.ts";
import type { ProductUnderSoak } from "./product-under-soak.ts";

export const processNames = ["api", "databricks-gateway", "workspace-process"] as const;
type ProcessName = (typeof processNames)[number];

/** What the kernel and the process itself say of it at one moment. */
export interface Sample {
  readonly hours: number;
  readonly pid: number;
  readonly rssMib: number;
  /** Undefined for a process without metrics, as the next. */
  readonly heapMib: number | undefined;
  /** Buffers, which are outside the heap. */
  readonly externalMib: number | undefined;
  readonly descriptors: number;
  readonly sockets: number;
  readonly threads: number;
}

/** What is open at the local workspace. */
interface WorkspaceSample {
  readonly hours: number;
  /** The gateway's: with another one the sessions are others. */
  readonly pid: number;
  readonly sessions: number;
  readonly statements: number;
}

export interface Samples {
  readonly processes: Readonly<Record<ProcessName, Sample[]>>;
  readonly workspace: WorkspaceSample[];
}

/** Looks at all processes every `everyMs` until `isOver`. A process that is not there is left out. */
export async function takeSamples(product: ProductUnderSoak, { everyMs, isOver }: Pace): Promise<Samples> {
  const samples: Samples = {
    processes: { api: [], "databricks-gateway": [], "workspace-process": [] },
    workspace: [],
  };
  const startedAt = performance.now();
  while (!isOver()) {
    const hours = (performance.now() - startedAt) / 3_600_000;
    for (const name of processNames) {
      const sample = await sampleOf(product, name, hours);
      if (sample !== undefined) samples.processes[name].push(sample);
    }
    const pid = samples.processes["databricks-gateway"].at(-1)?.pid ?? 0;
    samples.workspace.push({ hours, pid, ...(await product.workspace.open()) });
    await sleep(everyMs);
  }
  return samples;
}

async function sampleOf(
  product: ProductUnderSoak,
  name: ProcessName,
  hours: number,
): Promise<Sample | undefined> {
  try {
    const pid = product.pidOf(name);
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
    const own = name === "workspace-process" ? undefined : await metricsOf(product, name);
    const mebibytes = (metric: string) => own && (own.get(metric) ?? 0) / 2 ** 20;
    return {
      hours,
      pid,
      rssMib: field(status, "VmRSS") / 1024,
      heapMib: mebibytes("nodejs_heap_size_used_bytes"),
      externalMib: mebibytes("nodejs_external_memory_bytes"),
      descriptors: descriptors.length,
      sockets: descriptors.filter((target) => target.startsWith("socket:")).length,
      threads: field(status, "Threads"),
    };
  } catch {
    // It has just ended.
    return undefined;
  }
}

/** Values of a process's metrics by name; those with labels are added up. */
export async function metricsOf(
  { metricsPorts }: ProductUnderSoak,
  name: "api" | "databricks-gateway",
): Promise<Map<string, number>> {
  const reply = await fetch(`http://127.0.0.1:${metricsPorts[name]}/metrics`);
  const values = new Map<string, number>();
  for (const line of (await reply.text()).split("\n")) {
    const [, metric = "", value = ""] = /^([a-z_]+)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (metric !== "") values.set(metric, (values.get(metric) ?? 0) + Number(value));
  }
  return values;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
}
