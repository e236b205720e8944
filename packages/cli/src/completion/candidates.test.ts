import { expect, it } from "vitest";
import { createProgram } from "../program.ts";
import { candidates } from "./candidates.ts";

const program = createProgram(new AbortController().signal);

async function optionsFor(...words: string[]): Promise<unknown> {
  const asked: unknown[] = [];
  const found = await candidates(program, words, (options) => {
    asked.push(options);
    throw new Error("No connection is needed.");
  });
  expect(found).toEqual([]);
  return asked[0];
}

it.each([
  [["--profile", "prod", "ls", "/V"], { profile: "prod" }],
  [["ls", "--profile=prod", "--workspace=a=b", "/V"], { profile: "prod", workspace: "a=b" }],
  [["ls", "--profile", "=", "prod", "/V"], { profile: "prod" }],
  [["cat", "/Volumes/main", "--workspace", "eu", "/V"], { workspace: "eu" }],
])("completion connects as the command line says: %j", async (words, options) => {
  expect(await optionsFor(...words)).toEqual(options);
});

it("completion needs no connection for commands, options and their values", async () => {
  expect(await optionsFor("--profile", "prod", "nothing")).toBe(undefined);
  expect(await optionsFor("query", "-o", "nothing")).toBe(undefined);
});
