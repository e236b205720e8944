import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Stack, startStack, tokens } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await run({ sql: "CREATE SCHEMA main.gone" });
  await run({ sql: "CREATE TABLE main.gone.here AS SELECT 1 AS a" });
});
afterAll(() => stack.close());
beforeEach(async () => {
  stack.workspace.clearStatements();
  await choose("main.gone");
});

const run = (json: object) => stack.call("POST", "/api/query", { json });
const choose = (schema: string) =>
  writeFile(stack.settingsFile, schema === "" ? "" : `AGENT_BUILDER_UC_SCHEMA=${schema}\n`);
const where = "SELECT current_catalog(), current_schema()";

async function submit(json: object): Promise<unknown> {
  const { statement_id } = (await stack.call("POST", "/api/statements", { json })).json;
  const state = async () => (await stack.call("GET", `/api/statements/${statement_id}`)).json.state;
  await expect.poll(state).toBe("SUCCEEDED");
  return (await stack.call("GET", `/api/statements/${statement_id}/result`)).json.rows[0];
}

describe("a statement", () => {
  it("runs in the schema of this installation if it names none", async () => {
    expect((await run({ sql: where })).json.rows).toEqual([["main", "gone"]]);
    expect((await run({ sql: "SELECT * FROM here" })).json.rows).toEqual([[1]]);
    expect(await submit({ sql: where })).toEqual(["main", "gone"]);
  });

  it.each([
    [{ catalog: "samples" }, ["samples", "default"]],
    [{ catalog: "main", schema: "sales" }, ["main", "sales"]],
  ])("runs where it says if it says so: %j", async (namespace, expected) => {
    expect((await run({ sql: where, ...namespace })).json.rows).toEqual([expected]);
    expect(await submit({ sql: where, ...namespace })).toEqual(expected);
  });

  it("runs in the identity's own default if no schema is chosen", async () => {
    await choose("");
    const { rows } = (await run({ sql: where })).json;
    expect(rows).not.toEqual([["main", "gone"]]);
    expect(await submit({ sql: where })).toEqual(rows[0]);
  });

  it("is told why it ran there if something is not found", async () => {
    const answer = await run({ sql: "SELECT * FROM nowhere" });
    expect([answer.status, answer.json.error_code]).toEqual([400, "STATEMENT_FAILED"]);
    expect(answer.json.error).toContain(
      "The statement names no schema, so it ran in main.gone, the schema of this installation",
    );
    const named = await run({ sql: "SELECT * FROM nowhere", catalog: "main", schema: "gone" });
    expect(named.json.error).not.toContain("of this installation");
  });

  it("is not told so of any other failure", async () => {
    const answer = await run({ sql: "SELECT 1 / 0" });
    expect(answer.json.error).not.toContain("of this installation");
  });

  it("returns 409 while the setting cannot be read, since another schema could have tables of the same names", async () => {
    await choose("nonsense");
    expect((await run({ sql: "SELECT 1" })).status).toBe(409);
    expect((await run({ sql: "SELECT 1", catalog: "main" })).status).toBe(200);
    expect(stack.workspace.statements()).toHaveLength(1);
  });

  it("is told why if the schema was deleted", async () => {
    await choose("main.deleted");
    const answer = await run({ sql: "SELECT * FROM here" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.json.error).toContain("main.deleted, the schema of this installation");
  });

  it("runs as its caller there too", async () => {
    await stack.call("POST", "/api/query", {
      json: { sql: where },
      headers: { authorization: `Bearer ${tokens.bob}` },
    });
    expect(stack.workspace.statements()).toMatchObject([{ principal: "bob@example.com" }]);
  });
});
