import { readdirSync, readFileSync } from "node:fs";

/** The pid of the child of `parent` that runs this file. Throws when there is none. */
export function findChild(parent: number, file: string): number {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids) {
    try {
      const itsParent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (itsParent === String(parent) && command.includes(file)) return Number(pid);
    } catch {
      // It ended while it was looked at.
    }
  }
  throw new Error(`no process of ${file} runs`);
}
