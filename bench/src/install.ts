import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appkitVersion, peers } from "./peers.ts";

/**
 * Brings the contenders that are no dependencies of this repository into ignored folders below `bench/`. What this
 * machine cannot have is said and left out.
 */
export function install(say: (line: string) => void): void {
  attempt("the Python sidecar's packages", say, () => {
    run("python3", ["-m", "venv", peers.pythonVenv]);
    run(peers.python, ["-m", "pip", "install", "--quiet", "--requirement", peers.requirements]);
  });
  attempt(`@databricks/appkit ${appkitVersion}`, say, () => {
    mkdirSync(peers.appkitFolder, { recursive: true });
    writeFileSync(join(peers.appkitFolder, "package.json"), '{ "private": true }');
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    run("npm", ["install", ...flags, `@databricks/appkit@${appkitVersion}`], peers.appkitFolder);
  });
  attempt("nginx, Debian's package unpacked", say, () => {
    mkdirSync(peers.nginxFolder, { recursive: true });
    run("apt-get", ["download", "nginx"], peers.nginxFolder);
    for (const file of readdirSync(peers.nginxFolder).filter((name) => name.endsWith(".deb"))) {
      run("dpkg-deb", ["-x", file, "."], peers.nginxFolder);
    }
  });
}

function attempt(what: string, say: (line: string) => void, work: () => void): void {
  try {
    work();
    say(`${what}: installed`);
  } catch (error) {
    say(`${what}: left out (${error instanceof Error ? error.message.split("\n")[0] : String(error)})`);
  }
}

function run(command: string, args: readonly string[], cwd?: string): void {
  execFileSync(command, args, {
    stdio: ["ignore", "ignore", "inherit"],
    ...(cwd === undefined ? {} : { cwd }),
  });
}
