import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

interface Run {
  readonly child: ChildProcess;
  output(this: void): string;
}

/** Sources toolchain.sh in a checkout that has no toolchain yet, with a script in place of npm. */
function sourceToolchain(npm: string): Run {
  const root = mkdtempSync(join(tmpdir(), "toolchain-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const script = join(root, "scripts/toolchain.sh");
  mkdirSync(dirname(script));
  copyFileSync(join(import.meta.dirname, "toolchain.sh"), script);
  writeFileSync(join(root, ".node-version"), "99.0.0\n");
  writeFileSync(join(root, "package.json"), '{ "packageManager": "pnpm@99.0.0" }');
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/npm"), `#!/bin/sh\n${npm}\n`);
  chmodSync(join(root, "bin/npm"), 0o755);
  const child = spawn("bash", ["-c", `source '${script}'`], {
    env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return { child, output: () => output };
}

describe("toolchain.sh", () => {
  it("says what it waits for when npm does not come to an end, and shows what npm wrote when it fails", async () => {
    // It runs until its standard input ends.
    const { child, output } = sourceToolchain('echo "npm has a reason"; cat; exit 7');
    await expect.poll(output).toContain("Waiting for npm to fetch them from its registry");
    expect(output()).not.toContain("npm has a reason");
    child.stdin?.end();
    expect((await once(child, "close"))[0]).toBe(1);
    expect(output()).toMatch(/npm has a reason\nnpm could not install Node 99\.0\.0 and pnpm 99\.0\.0\.\n$/);
  });

  it("says what to do when what npm installed does not run", async () => {
    const { child, output } = sourceToolchain("exit 0");
    expect((await once(child, "close"))[0]).toBe(1);
    expect(output()).toMatch(/does not run: delete the folder and try again\.\n$/);
  });
});
