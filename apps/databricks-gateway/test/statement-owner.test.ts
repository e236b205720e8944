import type { LocalWorkspace } from "@front-door/local-workspace";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { encodeCaller } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { statementSigner } from "../src/operations/statements/statement-ids.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehouseId, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
const gateways: GatewayUnderTest[] = [];

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
});
afterAll(() => workspace.close());

async function start(more: Record<string, string> = {}): Promise<GatewayUnderTest> {
  const settings = { DATABRICKS_TOKEN: tokenOf.alice, DATABRICKS_HTTP_PATH: warehousePath, ...more };
  const gateway = await startGateway(workspace.url, settings);
  gateways.push(gateway);
  return gateway;
}

const as = (caller?: string) =>
  caller === undefined ? {} : { headers: { "x-gateway-caller": encodeCaller(caller) } };
const operations = ["get_statement", "get_statement_result", "cancel_statement"];

describe("a statement that a caller submitted with the gateway's identity", () => {
  let gateway: GatewayUnderTest;
  let id: string;
  beforeEach(async () => {
    gateway = await start();
    workspace.clearStatements();
    const submitted = await gateway.run("submit_statement", { sql: endless }, as("ann"));
    id = submitted.body.statement_id;
    await until(() => workspace.statements()[0]?.state === "running", "it runs");
  });
  afterEach(async () => {
    await gateway.run("cancel_statement", { statement_id: id }, as("ann"));
    await until(() => workspace.statements()[0]?.state !== "running", "it has ended");
  });

  const rawId = () => id.split(".")[0] ?? "";

  /** What a caller gets who tries to see, read and cancel the statement under this id. */
  async function attempts(statement_id: string, options: object, at = gateway) {
    workspace.clearRequests();
    const replies: string[] = [];
    for (const op of operations) {
      const { status, body } = await at.run(op, { statement_id }, options);
      replies.push(`${status} ${body.error_code}: ${body.error}`);
    }
    return { replies, asked: workspace.requests(), state: workspace.statements()[0]?.state };
  }
  const nothing = {
    replies: operations.map(() => "404 NOT_FOUND: This caller has no statement with this id."),
    asked: [],
    state: "running",
  };

  test("has an id made of Databricks' id and a signature", () => {
    expect(id).toMatch(/^[0-9a-f-]+\.[\w-]{43}$/);
    expect(workspace.statements()[0]?.id).toBe(rawId());
  });

  test("can be seen and cancelled by its caller, at every replica", async () => {
    const replica = await start();
    const seen = await replica.run("get_statement", { statement_id: id }, as("ann"));
    expect(seen.body).toMatchObject({
      statement_id: id,
      state: expect.stringMatching(/^(PENDING|RUNNING)$/),
    });
    expect((await replica.run("cancel_statement", { statement_id: id }, as("ann"))).status).toBe(200);
    await until(() => workspace.statements()[0]?.state === "canceled", "it is cancelled");
  });

  test.each(["bob", "Ann", "ann ", "internal", "anonymous"])(
    "returns 404 to the caller %j",
    async (caller) => {
      expect(await attempts(id, as(caller))).toEqual(nothing);
    },
  );

  test.each(["api-key", "databricks"])(
    "returns 404 to a caller of this name who signed in by %s",
    async (mode) => {
      const { headers } = as("ann");
      expect(await attempts(id, { headers: { ...headers, "x-gateway-caller-mode": mode } })).toEqual(nothing);
    },
  );

  test("returns 404 to a program that names no caller", async () => {
    expect(await attempts(id, as())).toEqual(nothing);
  });

  test("returns 404 to another caller with the same Databricks token", async () => {
    expect(await attempts(id, { ...as("bob"), token: tokenOf.alice })).toEqual(nothing);
  });

  test("returns 404 under Databricks' own id, even to its caller", async () => {
    expect(await attempts(rawId(), as("ann"))).toEqual(nothing);
  });

  test.each([
    ["of another statement", (own: string) => own.replace(/^./, (first) => (first === "0" ? "1" : "0"))],
    ["with one other character", (own: string) => own.replace(/.$/, (last) => (last === "A" ? "B" : "A"))],
    ["that is cut off", (own: string) => own.slice(0, -1)],
    ["with one more character", (own: string) => `${own}A`],
    ["of one character", (own: string) => own.replace(/\..*/, ".A")],
  ])("returns 404 under a signature %s", async (_what, forge) => {
    expect(await attempts(forge(id), as("ann"))).toEqual(nothing);
  });

  test("returns 404 under another caller's signature for another statement", async () => {
    const other = await gateway.run("submit_statement", { sql: "SELECT 1" }, as("bob"));
    const [, bobs] = other.body.statement_id.split(".");
    await until(() => workspace.statements()[1]?.state === "succeeded", "the other one has ended");
    expect(await attempts(`${rawId()}.${bobs}`, as("bob"))).toEqual(nothing);
  });

  test("returns 404 at a gateway with another GATEWAY_SECRET", async () => {
    const secret = "another-secret-of-the-tests-0123";
    const other = await start({ GATEWAY_SECRET: secret });
    const options = { headers: { ...as("ann").headers, "x-gateway-secret": secret } };
    expect(await attempts(id, options, other)).toEqual(nothing);
  });
});

describe("the list of statements", () => {
  let gateway: GatewayUnderTest;
  beforeEach(async () => {
    gateway = await start();
    workspace.clearStatements();
    workspace.clearFaults();
  });

  const submit = async (sql: string, caller?: string): Promise<string> =>
    (await gateway.run("submit_statement", { sql }, as(caller))).body.statement_id;
  const list = async (caller?: string, at = gateway) =>
    (await at.run("list_statements", {}, as(caller))).body;
  const ids = async (caller?: string, at = gateway) =>
    (await list(caller, at)).statements.map((each: { statement_id: string }) => each.statement_id);

  test("has each caller's own, at every replica, the newest first, and none of a query", async () => {
    const [first, second] = [await submit("SELECT 1", "ann"), await submit("SELECT 2", "ann")];
    const bobs = await submit("SELECT 3", "bob");
    const nobodys = await submit("SELECT 4");
    await gateway.run("execute_query", { sql: "SELECT 5" }, as("ann"));
    const replica = await start();
    expect(await ids("ann", replica)).toEqual([second, first]);
    expect(await ids("bob")).toEqual([bobs]);
    expect(await ids()).toEqual([nobodys]);
    expect(await ids("carl")).toEqual([]);
    // Its ids are those that the other operations take.
    expect((await gateway.run("get_statement", { statement_id: first }, as("ann"))).status).toBe(200);
  });

  test("shows what each statement is", async () => {
    const id = await submit("SELECT 1", "ann");
    await until(() => workspace.statements()[0]?.endedAt !== undefined, "it has ended");
    const { statements, next_page_token } = await list("ann");
    expect(statements).toEqual([
      {
        statement_id: id,
        state: "SUCCEEDED",
        sql: "SELECT 1",
        warehouse_id: warehouseId,
        started_at: expect.any(Number),
        ended_at: expect.any(Number),
      },
    ]);
    expect(next_page_token).toBeUndefined();
  });

  test("has none of another identity, though the caller has the same name", async () => {
    await submit("SELECT 1", "ann");
    const { body } = await gateway.run("list_statements", {}, { ...as("ann"), token: tokenOf.bob });
    expect(body).toEqual({ statements: [] });
  });

  test("tells Databricks nothing of who the caller is", async () => {
    await submit("SELECT 1", "ann@example.com");
    await submit("SELECT 1", "bob@example.com");
    const tags = workspace.statements().map((statement) => statement.tags);
    expect(tags[0]).toEqual([
      { key: "front_door_caller", value: expect.stringMatching(/^[\w-]{43}$/) },
      { key: "front_door_request_id", value: expect.stringMatching(/^[\w-]{36}$/) },
    ]);
    expect(tags[1]).not.toEqual(tags[0]);
  });

  test("goes on past pages without a statement of the caller, and does not end at an empty page", async () => {
    const id = await submit("SELECT 1", "ann");
    workspace.addFault({ path: "/api/2.0/sql/history/queries", emptyPages: 2 });
    expect(await ids("ann")).toEqual([id]);
  });

  test("gives an empty page with a token after five pages, so that no request scans for ever", async () => {
    const id = await submit("SELECT 1", "ann");
    workspace.addFault({ path: "/api/2.0/sql/history/queries", emptyPages: 7 });
    const page = await list("ann");
    expect(page).toEqual({ statements: [], next_page_token: expect.any(String) });
    const rest = await gateway.run("list_statements", { page_token: page.next_page_token }, as("ann"));
    expect(rest.body.statements).toMatchObject([{ statement_id: id }]);
  });

  test.each<[string, object]>([
    ["entries that are not a list", { res: {} }],
    ["a next page without a token", { res: [], has_next_page: true }],
  ])("is refused if Databricks sends %s", async (_what, body) => {
    workspace.addFault({ path: "/api/2.0/sql/history/queries", status: 200, body });
    const answer = await gateway.run("list_statements", {}, as("ann"));
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
  });

  test("leaves out what has no tag, another tag or odd tags", async () => {
    const id = await submit("SELECT 1", "ann");
    const [tag] = workspace.statements()[0]?.tags ?? [];
    const query = { query_id: "01ef", status: "FINISHED" };
    const res = [
      query,
      { ...query, query_tags: "front_door_caller" },
      { ...query, query_tags: [{ key: "front_door_caller", value: "x" }] },
      { ...query, query_tags: [{ key: "team", value: tag?.value }] },
      { ...query, query_tags: [null] },
      { ...query, query_id: id.split(".", 1)[0], query_tags: [{ key: "team", value: "x" }, tag] },
    ];
    workspace.addFault({ path: "/api/2.0/sql/history/queries", status: 200, body: { res } });
    expect(await ids("ann")).toEqual([id]);
  });
});

test.each([
  { origin: "https://b.example", workspaceId: "1" },
  { origin: "https://a.example", workspaceId: "2" },
  { origin: "https://a.example", workspaceId: undefined },
])("the id of a statement in one workspace is not accepted for %j", (elsewhere) => {
  const idsOf = statementSigner("a-secret-of-the-tests-0123456789");
  const here = idsOf({ caller: "ann", workspace: { origin: "https://a.example", workspaceId: "1" } });
  const there = idsOf({ caller: "ann", workspace: elsewhere });
  expect(here.open(here.sign("01ef"))).toBe("01ef");
  expect(() => there.open(here.sign("01ef"))).toThrow("This caller has no statement with this id.");
});

test("programs that name no caller share their statements", async () => {
  const [one, other] = [await start(), await start()];
  const { body } = await one.run("submit_statement", { sql: "SELECT 1" });
  expect((await other.run("get_statement", { statement_id: body.statement_id })).status).toBe(200);
});

test.each(["a/b", "..", "01ef.", ".sig", "01ef.a.b", "01ef a", "0".repeat(65), `01ef.${"a".repeat(65)}`, ""])(
  "%j is refused as the id of a statement",
  async (statement_id) => {
    const gateway = await start();
    for (const op of operations) {
      const answer = await gateway.run(op, { statement_id });
      expect([answer.status, errorOf(answer).details?.[0]?.field]).toEqual([400, "statement_id"]);
    }
  },
);
