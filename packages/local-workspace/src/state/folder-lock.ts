import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The state folder is in use by another process. The message is for the person who started this one. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

const ownerSchema = z.object({ pid: z.number().int(), startedAt: z.string(), id: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const heldHere = new Set<string>();

/** One process per state folder: two would overwrite each other's metastore. Returns the release. */
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

/** A link never replaces a file, so of two processes one wins, and nobody sees a half-written lock. */
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

/** Moves a stale lock away; when another process took it over in between, its lock is put back. */
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
  // A restarted container gives the same number to the next process: the start time tells them apart.
  if (owner.pid === process.pid) return heldHere.has(owner.id);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return owner.startedAt === processStart(owner.pid);
}

/** The kernel's start time of a process; "" where there is no /proc (then the number alone decides). */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name in parentheses, may hold spaces; the start time is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
