import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProgram } from "../src/program.ts";
import { program } from "./run-front-door.ts";

const folder = mkdtempSync(join(tmpdir(), "front-door-readme-"));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = Array.from(readme.matchAll(/```sh\n([\s\S]*?)```/g), ([, example = ""]) => example);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  writeFileSync(join(folder, "front-door"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(folder, "front-door"), 0o755);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack.close();
});

it.each(examples)("the example runs: %s", async (example) => {
  const cwd = mkdtempSync(join(folder, "example-"));
  const env = {
    PATH: `${folder}${delimiter}${process.env["PATH"]}`,
    FRONT_DOOR_URL: stack.url,
    XDG_CONFIG_HOME: folder,
  };
  const { stdout } = await promisify(execFile)("sh", ["-euc", example], { cwd, env });
  expect(stdout).not.toBe("");
});

it("every command is in the README's table, and nothing else is", () => {
  const commands = createProgram(new AbortController().signal).commands.map((command) => command.name());
  const [table = ""] = /## Commands\n[\s\S]*?\n\n- /.exec(readme) ?? [];
  const cells = table.split("\n").flatMap((line) => /^\| (`.*?) \| /.exec(line)?.[1] ?? []);
  const named = cells.flatMap((cell) => Array.from(cell.matchAll(/(?:^|, )`(\w+)/g), ([, name]) => name));
  const others = new Set(["list", "get", "result", "cancel", "zsh", "fish"]);
  expect(new Set(named.filter((name) => !others.has(name ?? "")))).toEqual(
    new Set(commands.filter((name) => name !== "__complete")),
  );
});
