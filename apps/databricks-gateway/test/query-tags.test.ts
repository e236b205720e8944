import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeEach(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
});
afterEach(async () => {
  await gateway.close();
  await workspace.close();
});

const query = (sql: string, requestId: string) =>
  gateway.run("execute_query", { sql }, { headers: { "x-request-id": requestId } });
const tagsOf = (sql: string) =>
  workspace
    .statements()
    .filter(({ statement }) => statement === sql)
    .map(({ tags }) => tags);
const executions = () => thriftCalls(workspace).filter((method) => method === "ExecuteStatement").length;

/** What a workspace without query tags answers (docs/databricks.md, Thrift). */
const withoutTags: Fault = {
  thriftMethod: "ExecuteStatement",
  times: 1,
  thriftStatus: {
    errorMessage:
      "[CONFIG_NOT_AVAILABLE.WITHOUT_SUGGESTION] Configuration query_tags is not available. SQLSTATE: 42K0I",
    sqlState: "42K0I",
  },
};

describe("the request id in the history of statements", () => {
  test("each statement of a session has the id of its own request", async () => {
    await query("SELECT 1", "first:request/with=signs");
    await query("SELECT 2", "second");
    expect(thriftCalls(workspace).filter((method) => method === "OpenSession")).toHaveLength(1);
    expect(tagsOf("SELECT 1")).toEqual([
      [{ key: "front_door_request_id", value: "first:request/with=signs" }],
    ]);
    expect(tagsOf("SELECT 2")).toEqual([[{ key: "front_door_request_id", value: "second" }]]);
  });

  test("list_query_history shows it, of a query and of a submitted statement", async () => {
    await query("SELECT 1", "of-a-query");
    await gateway.run("submit_statement", { sql: "SELECT 2" }, { headers: { "x-request-id": "submitted" } });
    const { body } = await gateway.run("list_query_history");
    const queries = body.queries as { query_text: string; query_tags: object[] }[];
    expect(queries.map(({ query_text: text, query_tags: tags }) => [text, tags])).toEqual([
      [
        "SELECT 2",
        [
          { key: "front_door_caller", value: expect.any(String) as string },
          { key: "front_door_request_id", value: "submitted" },
        ],
      ],
      ["SELECT 1", [{ key: "front_door_request_id", value: "of-a-query" }]],
    ]);
  });

  test("a workspace without query tags runs every statement without them, writes too, each once", async () => {
    workspace.addFault(withoutTags);
    const write = "CREATE TABLE main.default.without_tags AS SELECT 1 AS id";
    expect((await query(write, "first")).status).toBe(200);
    expect((await query("SELECT 2", "second")).status).toBe(200);
    expect([tagsOf(write), tagsOf("SELECT 2")]).toEqual([[[]], [[]]]);
    // Only the first was refused.
    expect(executions()).toBe(3);
  });

  test("the same error of a later statement is its own, and it is not run again", async () => {
    await query("SELECT 1", "first");
    workspace.addFault(withoutTags);
    const reply = await query("SELECT 2", "second");
    expect(errorOf(reply).error_code).toBe("STATEMENT_FAILED");
    expect(executions()).toBe(2);
  });

  test("another setting that is not available is the statement's own error from the start", async () => {
    const errorMessage = "[CONFIG_NOT_AVAILABLE] Configuration spark.x is not available. SQLSTATE: 42K0I";
    workspace.addFault({ ...withoutTags, thriftStatus: { errorMessage } });
    expect(errorOf(await query("SET spark.x = 1", "first")).error_code).toBe("STATEMENT_FAILED");
    expect(executions()).toBe(1);
  });
});
