import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { constants, cpSync, existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");

/** Tests of the local workspace that is installed in the folder, which has nothing else. */
export function packedLocalWorkspace(folder: string): void {
  describe("the packed local workspace", () => {
    const program = join(folder, "node_modules/.bin/local-workspace");
    const env = {
      PATH: withOldestNode(),
      HOME: join(folder, "home"),
      LOG_LEVEL: "warn",
      LOCAL_WORKSPACE_SAMPLE_DATA: "false",
    };

    it("is a program, the licences of what is in it, and a dependency for each native package", () => {
      const packed = join(folder, "node_modules/@front-door/local-workspace");
      expect(readdirSync(packed).toSorted()).toEqual([
        "LICENSE",
        "README.md",
        "bin.cjs",
        "dist",
        "package.json",
      ]);
      const { dependencies, private: isPrivate } = manifestOf(join(packed, "package.json"));
      expect(dependencies).toEqual({
        "@duckdb/node-bindings": expect.stringMatching(/^\d+\.\d+\.\d+(?:-r\.\d+)?$/),
        "lz4-napi": expect.stringMatching(/^\d+\.\d+\.\d+$/),
      });
      expect(isPrivate).toBeUndefined();
      const notices = readFileSync(join(packed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
      expect(notices).toMatch(/^apache-arrow 21[^-]+Apache License/m);
      expect(notices).toMatch(/^zod 4/m);
    });

    it("serves SQL over https on the oldest Node of this machine, with enough threads for slow statements", async () => {
      const workspace = spawn(program, ["--port", "0", "--dir", "state"], { cwd: folder, env });
      const errors: Buffer[] = [];
      workspace.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      const ended = once(workspace, "exit");
      try {
        const [ready] = (await Promise.race([once(workspace.stdout, "data"), ended])) as [unknown];
        const line = /^Local workspace ready on (\S+), https \(state in state, CA (.+)\)\n$/.exec(
          String(ready),
        );
        expect(String(ready) + Buffer.concat(errors).toString()).toBe(line?.[0]);
        const [, host = "", caFile = ""] = line ?? [];
        const call = request(`https://${host}/api/2.0/sql/statements`, {
          method: "POST",
          ca: readFileSync(caFile),
          headers: { authorization: "Bearer local-token-alice" },
        });
        const statement = "SELECT 6 * 7";
        call.end(JSON.stringify({ statement, warehouse_id: "a1b2c3d4e5f60718", wait_timeout: "50s" }));
        const [response] = (await once(call, "response")) as [IncomingMessage];
        expect(await json(response)).toMatchObject({ result: { data_array: [["42"]] } });
        // Only Linux tells.
        const threads =
          process.platform === "linux" ? readdirSync(`/proc/${workspace.pid}/task`).length : 129;
        expect(threads).toBeGreaterThan(128);
      } finally {
        workspace.kill();
      }
      expect(await ended).toEqual([0, null]);
      expect(Buffer.concat(errors).toString()).toBe("");
    });

    it("prints its version and its help, and refuses a flag that does not exist", async () => {
      const { version } = manifestOf(join(root, "package.json"));
      expect((await run(program, ["--version"], { env })).stdout).toBe(`${String(version)}\n`);
      expect((await run(program, ["--help"], { env })).stdout).toContain("--dir <folder>");
      await expect(run(program, ["--host", "0.0.0.0"], { env })).rejects.toMatchObject({
        code: 2,
        stdout: "",
        stderr: "Unknown option '--host'\nSee --help.\n",
      });
    });
  });
}

/** Puts into a folder what the package depends on, as npm would install it from the registry. */
export function copyNativePackages(to: string): void {
  copyInstalled(["@duckdb/node-bindings", "lz4-napi"], join(root, "packages/local-workspace"), to);
}

/** Copies packages that `from` has, and what they depend on of it. */
function copyInstalled(names: readonly string[], from: string, to: string): void {
  for (const name of names) {
    const link = [join(from, "node_modules", name), join(from, "..", name), join(from, "../..", name)].find(
      existsSync,
    );
    // An optional one for another machine.
    if (link === undefined) continue;
    const source = realpathSync(link);
    cpSync(source, join(to, "node_modules", name), { recursive: true, mode: constants.COPYFILE_FICLONE });
    const { dependencies, optionalDependencies } = manifestOf(join(source, "package.json"));
    copyInstalled(
      Object.keys({ ...(dependencies as object), ...(optionalDependencies as object) }),
      source,
      to,
    );
  }
}

const manifestOf = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

/** A PATH whose `node` is the oldest of this machine that the package promises to run on. */
function withOldestNode(): string {
  const path = process.env["PATH"] ?? "";
  const versions = path.split(":").flatMap((bin) => {
    const { stdout } = spawnSync(join(bin, "node"), ["--version"], { encoding: "utf8" });
    const major = Number(/^v(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
    return major >= 20 ? [{ bin, major }] : [];
  });
  const [oldest] = versions.toSorted((one, other) => one.major - other.major);
  return `${oldest?.bin}:${path}`;
}
