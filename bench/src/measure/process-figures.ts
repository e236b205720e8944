import { readFileSync, writeFileSync } from "node:fs";

/** Clock ticks in a second, in which /proc counts CPU time: 100 on every Linux that Node runs on. */
const msPerTick = 10;

export interface ProcessFigures {
  readonly cpuMs: number;
  readonly rssMib: number;
  readonly peakRssMib: number;
}

interface IoFigures {
  /** System calls that read and write, and the bytes that went through them. */
  readonly reads: number;
  readonly writes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** User and system time, memory now and at its peak since the last {@link resetPeak}. */
export function processFigures(pid: number): ProcessFigures {
  // The command's name, in parentheses, may have spaces in it.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuMs: (Number(stat[11]) + Number(stat[12])) * msPerTick,
    rssMib: kib(status, "VmRSS") / 1024,
    peakRssMib: kib(status, "VmHWM") / 1024,
  };
}

/** Makes the peak of memory begin anew at what is used now. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

export function ioFigures(pid: number): IoFigures {
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)?.[1] ?? 0);
  return {
    reads: field("syscr"),
    writes: field("syscw"),
    bytesRead: field("rchar"),
    bytesWritten: field("wchar"),
  };
}

function kib(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}
