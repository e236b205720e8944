import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFrontDoor } from "./run-front-door.ts";
import { runInProcess } from "./run-in-process.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
});
afterAll(async () => stack.close());

const run = async (...args: string[]) => runInProcess(args, { FRONT_DOOR_URL: stack.url });

describe("front-door fails", () => {
  it("as a process, with the exit code and its words on stderr", async () => {
    const env = { FRONT_DOOR_URL: stack.url };
    for (const [args, code] of [
      [["me"], 0],
      [["ls", `${volume}/no-such-directory`], 1],
      [["catlogs"], 2],
    ] as const) {
      const ran = await runFrontDoor(args, { env });
      expect([ran.code, ran.stdout === "", ran.stderr === ""]).toEqual([code, code !== 0, code === 0]);
    }
  });

  it("with exit code 1 and the request id, which both logs have", async () => {
    const { code, stdout, stderr } = await run("cat", `${volume}/no-such-file`);
    const [, id] = /\(NOT_FOUND; request ([\w-]+)\)\n$/.exec(stderr) ?? [];
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stack.log.api.some(({ request_id, requestId }) => (request_id ?? requestId) === id)).toBe(true);
  });

  it("with --json with the fields of the error envelope", async () => {
    const { code, stderr } = await run("--json", "query", "SELECT * FROM nowhere");
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error_code: "STATEMENT_FAILED",
      status: 400,
      retryable: false,
      request_id: expect.stringMatching(/^[\w-]+$/) as string,
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND" }],
    });
  });

  it.each([
    ["cat", [volume + "/README.txt", volume + "/missing.txt"], volume + "/missing.txt"],
    ["ls", [volume + "/missing"], volume + "/missing"],
    ["rm", [volume + "/missing"], volume + "/missing"],
    ["mkdir", [volume + "/README.txt"], volume + "/README.txt"],
  ])("with the path that failed: %s", async (command, paths, path) => {
    const { code, stderr } = await run(command, ...paths);
    expect([code, stderr.startsWith(`Error: ${path}: `)]).toEqual([1, true]);
    expect(stderr.split(path)).toHaveLength(2);
    const json = await run(command, "--json", ...paths);
    expect(JSON.parse(json.stderr)).toMatchObject({ path, request_id: expect.any(String) as string });
  });

  it.each([
    ["query", ["query", "--ouput", "csv", "SELECT 1"]],
    ["statements submit", ["statements", "submit", "--wat", "SELECT 1"]],
    ["cp", ["cp", "--parallel", "11", volume, "x"]],
    ["schemas", ["schemas"]],
  ])("with one error, and the help of %s", async (command, args) => {
    const { stderr } = await run(...args);
    expect(stderr).toMatch(/^Error: /);
    expect(stderr.match(/error:/gi)).toHaveLength(1);
    expect(stderr).toContain(`(front-door ${command} --help shows how it is used)`);
  });

  it("with the types of a parameter, if one is unknown", async () => {
    const { stderr } = await run("query", "SELECT :n", "--param", "n:INTT=3");
    expect(stderr).toMatch(/must be one of TINYINT, .*\bDATE, /);
  });

  it.each([
    ["an unknown command", ["catlogs"]],
    ["an unknown option", ["ls", "--lng", volume]],
    ["a missing argument", ["schemas"]],
    ["a path that is not in the workspace", ["ls", "/etc"]],
    ["a copy between two local paths", ["cp", "a", "b"]],
    ["a directory without -r", ["cp", volume, "x"]],
    ["an empty statement", ["query", " ; "]],
    ["two statements", ["query", "SELECT 1", "-f", "x.sql"]],
    ["an unknown format", ["query", "SELECT 1", "-o", "xml"]],
    ["a parameter without a value", ["query", "SELECT :a", "--param", "a"]],
    ["more requests at a time than Databricks wants", ["cp", "-r", "--parallel", "11", volume, "x"]],
    ["a statement file that is not there", ["query", "-f", "no-such.sql"]],
    ["a row limit of no table", ["statements", "result", "id", "-o", "csv", "--row-limit", "1"]],
    ["a row limit of zero", ["query", "SELECT 1", "--row-limit", "0"]],
    ["JSON in another format", ["--json", "query", "SELECT 1", "-o", "csv"]],
    ["an unknown format of a stored result", ["statements", "result", "id", "-o", "xml"]],
    ["a profile that is not there", ["me", "--profile", "nowhere"]],
    ["a secret in the arguments", ["me", "--token", "secret"]],
  ])("with exit code 2 for %s", async (_what, args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
  });

  it("with the address that it tried, where nothing answers", async () => {
    const url = "http://127.0.0.1:9";
    const { code, stderr } = await runInProcess(["me"], { FRONT_DOOR_URL: url });
    expect(code).toBe(1);
    expect(stderr).toContain(`${url} from the environment`);
  });
});
