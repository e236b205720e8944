import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { type Stack, startStack } from "./start-stack.ts";

const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
const as = (name: string) => ({ headers: { "x-api-key": keyOf(name) } });
const routes = [
  ["GET", ""],
  ["GET", "/result"],
  ["POST", "/cancel"],
] as const;

describe("callers with two API keys, whose requests both run as the gateway,", () => {
  let stack: Stack;
  beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
    const lines = ["ann", "bob"].map((name) =>
      JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations: ["*"] }),
    );
    writeFileSync(file, lines.join("\n"));
    stack = await startStack({}, { settings: { API_AUTH: "api-key", API_KEYS_FILE: file } });
  });
  afterAll(() => stack.close());

  it("cannot see or cancel each other's statements", async () => {
    const submitted = await stack.call("POST", "/api/statements", {
      json: { sql: "SELECT 42" },
      ...as("ann"),
    });
    const { statement_id: id } = submitted.json;
    const own = () => stack.call("GET", `/api/statements/${id}`, as("ann"));
    await expect.poll(async () => (await own()).json).toMatchObject({ statement_id: id, state: "SUCCEEDED" });
    const [raw] = String(id).split(".");
    for (const [method, path] of routes) {
      for (const statement of [id, raw]) {
        const foreign = await stack.call(method, `/api/statements/${statement}${path}`, as("bob"));
        expect([foreign.status, foreign.json.error_code]).toEqual([404, "NOT_FOUND"]);
      }
    }
    const rows = await stack.call("GET", `/api/statements/${id}/result`, as("ann"));
    expect(rows.json.rows).toEqual([[42]]);
  });
});
