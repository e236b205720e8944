import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { cp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const folder = import.meta.dirname;
const root = resolve(folder, "../..");
const dist = join(folder, "dist");
const fingerprintFile = ".fingerprint";
/** Everything that the build depends on. */
const sources = [
  "apps/console/{index.html,build-console.ts,package.json,tsconfig.json,vite.config.ts}",
  "apps/console/{src,public}/**/*",
  "packages/api-client/src/**/*.ts",
  "pnpm-lock.yaml",
];

/**
 * Builds the console into `apps/console/dist`, unless it has been built from the same sources. Safe to run several times at
 * once: each builds into a folder of its own, and copies that over the last one. Throws what Vite says.
 */
export async function buildConsole(): Promise<string> {
  const fingerprint = fingerprintOfSources();
  if (isBuiltFrom(fingerprint)) return dist;
  const own = join(folder, `node_modules/.build-${process.pid}`);
  const vite = join(folder, "node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--outDir", own, "--emptyOutDir", "--logLevel", "warn"];
  // In a process of its own, which takes Vite's memory along when it ends. Any other NODE_ENV, as that of a test, would
  // bring React's development build.
  const env = { PATH: "", NODE_ENV: "production" };
  await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  await writeFile(join(own, fingerprintFile), fingerprint);
  // A front door that runs reads its files when they are first asked for, so the older ones stay beside the new ones.
  await cp(own, dist, { recursive: true });
  await rm(own, { recursive: true });
  return dist;
}

function isBuiltFrom(fingerprint: string): boolean {
  const file = join(dist, fingerprintFile);
  return existsSync(file) && readFileSync(file, "utf8") === fingerprint;
}

function fingerprintOfSources(): string {
  const hash = createHash("sha256");
  const files = globSync(sources, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(`${path}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}
