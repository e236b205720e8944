import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A run of the tests has a temporary folder of its own, which `os.tmpdir()` names in every worker and in every process that a
// test starts. Its name is short, since the path of a Unix socket has at most 107 bytes.

const folder = mkdtempSync(join(tmpdir(), "tests-"));
// As the system's own: tests try what another user can do in it.
chmodSync(folder, 0o1777);

export function setup(): void {
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
