import { processNames, type Samples } from "./samples.ts";
import { leastOfTwoMinutes, longestRun, type Point, slopePerHour } from "./slope.ts";

export interface Verdict {
  readonly what: string;
  readonly perHour: number;
  readonly bound: number;
  readonly isFlat: boolean;
}

/**
 * What may be taken for noise, per hour. The soak sends some 70,000 requests an hour, so 16 MiB are 240 bytes a request, and 20
 * descriptors are one in 3,500 requests, or fewer than one for each death of the other process. The system gets memory back
 * in steps of up to 100 MiB, so an hour of RSS shows only a leak of some KiB a request, in native code.
 */
const bounds = {
  heapMib: 16,
  externalMib: 16,
  rssMib: 200,
  descriptors: 20,
  sockets: 20,
  threads: 4,
} as const;
const sessionsBound = 20;
/** In less, the heap's own ups and downs are a slope of more than the bounds. */
export const judgedFromMinutes = 50;

const units = {
  heapMib: "heap after collections, MiB",
  externalMib: "buffers, MiB",
  rssMib: "memory of the process (RSS), MiB",
  descriptors: "descriptors",
  sockets: "sockets",
  threads: "threads",
} as const;
const collected = new Set(["heapMib", "externalMib"]);
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
    return (Object.keys(bounds) as (keyof typeof bounds)[]).flatMap((measure) => {
      const points = run.flatMap(({ hours, [measure]: value }) =>
        value === undefined ? [] : [{ hours, value }],
      );
      const counted = collected.has(measure) ? leastOfTwoMinutes(points) : points;
      return verdict(`${titles[name]}: ${units[measure]}`, counted, bounds[measure]);
    });
  });
  const sessions = longestRun(workspace).map(({ hours, sessions: value }) => ({ hours, value }));
  return [...ofProcesses, ...verdict("SQL sessions at the workspace", sessions, sessionsBound)];
}

/** None for too few points. */
function verdict(what: string, points: readonly Point[], bound: number): Verdict[] {
  const perHour = slopePerHour(points);
  return perHour === undefined ? [] : [{ what, perHour, bound, isFlat: perHour <= bound }];
}
