import { readFile } from "node:fs/promises";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProgram } from "../src/program.ts";
import { runInProcess } from "./run-in-process.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
});
afterAll(() => stack.close());

const call = async (...args: string[]) => runInProcess(["call", ...args], { FRONT_DOOR_URL: stack.url });
const reply = async (...args: string[]) => JSON.parse((await call(...args)).stdout) as unknown;

it("front-door call takes every operation that docs/operations.md says it takes", async () => {
  const page = await readFile(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  const documented = Array.from(page.matchAll(/\| `call (\w+)` \|/g), ([, name]) => name);
  expect(documented.length).toBeGreaterThan(80);
  const { commands } = createProgram(new AbortController().signal);
  const [operation] = commands.find((each) => each.name() === "call")?.registeredArguments ?? [];
  expect(operation?.argChoices).toEqual(expect.arrayContaining(documented));
});

it("front-door call prints an object, every entry of a list, rows, and events one on each line", async () => {
  expect(await reply("get_catalog", "name=main")).toMatchObject({ name: "main" });
  const schemas = await reply("list_schemas", "catalog=main", "max_results=1");
  expect(schemas).toEqual(expect.arrayContaining([expect.objectContaining({ name: "sales" })]));
  const rows = await reply("execute_query", "sql=SELECT :a AS a", 'params:={"a":7}');
  expect(rows).toMatchObject({ columns: [{ name: "a" }] });
  const { stdout } = await call("list_tree", `path=${volume}`);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ path: `${volume}/README.txt` }),
  );
});

it("front-door call sends a value after := as JSON and any other as text, and prints {} for a reply without a body", async () => {
  const path = `${volume}/called=1`;
  expect(await reply("create_directory", `path=${path}`)).toMatchObject({ path });
  expect(await reply("delete_directory", `path=${path}`, "recursive:=true")).toEqual({});
  const { code, stderr } = await call("create_directory", "path:=1");
  expect([code, stderr]).toEqual([1, expect.stringContaining("path")]);
});

it.each([
  [["get_nothing"], "get_job"],
  [["get_catalog", "main"], "name=value or name:=JSON"],
  [["get_catalog", "=main"], "name=value or name:=JSON"],
  [["get_catalog", "name=main", "name=other"], "name is given twice"],
  [["run_job", "job_id=1", "job_parameters:={"], 'job_parameters must be JSON after ":="'],
])("front-door call %j fails as wrong usage, and says why", async (args, why) => {
  const { code, stderr } = await call(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
});
