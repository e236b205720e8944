import { processNames, type Samples } from "./samples.ts";
import { longestRun, type Point, slopePerHour } from "./slope.ts";

export interface Verdict {
  readonly what: string;
  readonly perHour: number;
  readonly bound: number;
  readonly isFlat: boolean;
}

/**
 * What may be taken for noise, per hour. The soak sends some 80,000 requests an hour, so 32 MiB are 400 bytes a request, and 20
 * descriptors are one in 4,000 requests, or less than one for each time that the other process was killed.
 */
const bounds = { rssMib: 32, heapMib: 16, descriptors: 20, sockets: 20, threads: 4 } as const;
const sessionsBound = 20;
/** In less, the heap's own ups and downs are a slope of more than the bounds. */
export const judgedFromMinutes = 20;

const units = {
  rssMib: "memory (RSS), MiB",
  heapMib: "heap, MiB",
  descriptors: "descriptors",
  sockets: "sockets",
  threads: "threads",
} as const;
const titles = {
  api: "front door",
  "databricks-gateway": "gateway",
  "workspace-process": "local workspace",
} as const;

/** Whether each process kept its size in its longest run without a restart. The local workspace is no part of the product. */
export function verdictsOf({ processes, workspace }: Samples): Verdict[] {
  const own = processNames.filter((name) => name !== "workspace-process");
  const ofProcesses = own.flatMap((name) => {
    const run = longestRun(processes[name]);
    return (Object.keys(bounds) as (keyof typeof bounds)[]).flatMap((measure) =>
      verdict(
        `${titles[name]}: ${units[measure]}`,
        run.map((sample) => ({ hours: sample.hours, value: sample[measure] ?? 0 })),
        bounds[measure],
      ),
    );
  });
  const sessions = longestRun(workspace).map(({ hours, sessions: value }) => ({ hours, value }));
  return [...ofProcesses, ...verdict("SQL sessions at the workspace", sessions, sessionsBound)];
}

/** None for too few points. */
function verdict(what: string, points: readonly Point[], bound: number): Verdict[] {
  const perHour = slopePerHour(points);
  return perHour === undefined ? [] : [{ what, perHour, bound, isFlat: perHour <= bound }];
}
