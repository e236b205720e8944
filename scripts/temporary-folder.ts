import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A run of the tests has a temporary folder of its own, which `os.tmpdir()` names in every worker and in every process that a
// test starts. Its name is short, since the path of a Unix socket has at most 107 bytes.

const memory = "/dev/shm";
/** In bytes. The tests hold up to 0.3 GB there. */
const memoryMin = 2 ** 30;

const folder = mkdtempSync(join(isUsable(memory) ? memory : tmpdir(), "tests-"));
// As the system's own: tests try what another user can do in it.
chmodSync(folder, 0o1777);

/**
 * Whether Linux's file system in memory has room, and lets programs be run from it. There nothing waits for a disk, and
 * every local workspace of a test syncs its files to disk. A TMPDIR that is set by hand comes first.
 */
function isUsable(dir: string): boolean {
  if (process.env["TMPDIR"] !== undefined || !existsSync(dir)) return false;
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < memoryMin) return false;
  const program = join(dir, `tests-${process.pid}`);
  try {
    writeFileSync(program, "", { mode: 0o700, flag: "wx" });
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program, { force: true });
  }
}

export function setup(): void {
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
