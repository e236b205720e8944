import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * Installs tarballs into a folder without the registry, and without what npm keeps: whatever a package needs has to be in it or
 * in the folder.
 */
export async function installPacked(cwd: string, tarballs: readonly string[]): Promise<void> {
  mkdirSync(join(cwd, "home"), { recursive: true });
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const env = { PATH: process.env["PATH"], HOME: join(cwd, "home") };
  await promisify(execFile)("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], {
    cwd,
    env,
  });
}
