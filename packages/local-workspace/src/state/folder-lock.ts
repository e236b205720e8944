import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Another process uses the state folder. The message is for the person who started this one. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

const ownerSchema = z.object({ pid: z.number().int(), startedAt: z.string(), id: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const heldHere = new Set<string>();

/** Locks the state folder: two processes would overwrite each other's metastore. Returns a function that unlocks it. */
export function lockFolder(dir: string): () => void {
  const path = join(dir, "lock");
  const owner: Owner = { pid: process.pid, startedAt: processStart(process.pid), id: randomUUID() };
  while (!tryTake(path, owner)) {
    const holder = readOwner(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new FolderInUseError(
        `The state folder ${dir} is in use by process ${holder.pid}. Stop that process, or choose another folder.`,
      );
    }
    setAside(path, holder);
  }
  heldHere.add(owner.id);
  return () => {
    if (heldHere.delete(owner.id) && readOwner(path)?.id === owner.id) rmSync(path, { force: true });
  };
}

/** A hard link never replaces a file: of two processes one wins, and neither sees a half-written lock. */
function tryTake(path: string, owner: Owner): boolean {
  const own = `${path}.${owner.id}`;
  writeFileSync(own, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a stale lock away, or puts it back if another process took the lock over in between. */
function setAside(path: string, stale: Owner | undefined): void {
  const aside = `${path}.stale-${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readOwner(aside)?.id !== stale?.id) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  // A restarted container reuses process ids; the start time tells the processes apart.
  if (owner.pid === process.pid) return heldHere.has(owner.id);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return owner.startedAt === processStart(owner.pid);
}

/** A process's start time from the kernel. Empty where there is no /proc; then the id alone decides. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name in parentheses, can contain spaces. The start time is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
