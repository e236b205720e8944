import type { LocalWorkspace } from "@front-door/local-workspace";
import { encodeCaller } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { statementSigner } from "../src/operations/statements/statement-ids.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

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
const endless =
  "SELECT count(*) FROM range(0, 1000000) a CROSS JOIN range(0, 1000000) b WHERE a.id * b.id = 7";

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
      expect([answer.status, errorOf(answer).details?.[0]?.["field"]]).toEqual([400, "statement_id"]);
    }
  },
);
