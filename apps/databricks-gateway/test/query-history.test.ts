import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  tokenOf,
} from "./gateway-under-test.ts";
import { warehouseId, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_HTTP_PATH: warehousePath,
  });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
afterEach(() => workspace.clearFaults());

interface Executed {
  readonly query_text: string;
  readonly status: string;
}

const textsOf = (queries: Executed[]) => queries.map(({ query_text: text }) => text);

async function result(op: string, params: object, token: string = tokenOf.alice) {
  const { status, text, body } = await gateway.run(op, params, { token });
  if (status !== 200) throw new Error(text);
  return body;
}

/** Runs a statement, and returns when it has ended. */
async function submit(sql: string, token: string = tokenOf.alice): Promise<void> {
  const { statement_id } = await result("submit_statement", { sql }, token);
  await expect
    .poll(async () => (await result("get_statement", { statement_id }, token)).state)
    .toMatch(/SUCCEEDED|FAILED/);
}

describe("list_query_history", () => {
  test("lists the identity's statements, the newest first, by filters and page by page", async () => {
    await submit("SELECT 1");
    await submit("SELECT * FROM nowhere");
    const since = Date.now();
    await submit("SELECT 2");
    await submit("SELECT 3", tokenOf.bob);
    const list = async (params: object) => textsOf((await result("list_query_history", params)).queries);
    expect(await list({})).toEqual(["SELECT 2", "SELECT * FROM nowhere", "SELECT 1"]);
    expect(await list({ status: "FAILED" })).toEqual(["SELECT * FROM nowhere"]);
    expect(await list({ warehouse_id: warehouseId, user_id: "1000000000000001" })).toHaveLength(3);
    expect(await list({ warehouse_id: "b2c3d4e5f6071829" })).toEqual([]);
    expect(await list({ user_id: "1000000000000002" })).toEqual([]);
    expect(await list({ start_time_ms: since })).toEqual(["SELECT 2"]);
    expect(await list({ end_time_ms: since - 1 })).not.toContain("SELECT 2");
    const { query_id } = (await result("list_query_history", { max_results: 1 })).queries[0];
    expect(await list({ query_id })).toEqual(["SELECT 2"]);

    const pages: string[][] = [];
    let page_token: string | undefined;
    do {
      const page = await result("list_query_history", { max_results: 2, page_token });
      pages.push(textsOf(page.queries));
      page_token = page.next_page_token;
    } while (page_token !== undefined);
    expect(pages).toEqual([["SELECT 2", "SELECT * FROM nowhere"], ["SELECT 1"]]);
  });

  test("goes on after an empty page, and takes a missing list for one", async () => {
    const history = { path: "/api/2.0/sql/history/queries", times: 1, status: 200 };
    workspace.addFault({ ...history, body: { has_next_page: true, next_page_token: "1,0" } });
    expect((await result("list_query_history", { max_results: 1 })).queries).toHaveLength(1);
  });

  test.each([
    ["a next page without a token", { res: [], has_next_page: true }],
    ["entries that are not a list", { res: {}, has_next_page: false }],
  ])("fails on %s, which must not look like the last page", async (_what, body) => {
    workspace.addFault({ path: "/api/2.0/sql/history/queries", status: 200, body });
    const answer = await gateway.run("list_query_history", {});
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
  });
});

describe("saved queries", () => {
  test("come page by page", async () => {
    const first = await result("list_saved_queries", { page_size: 2 });
    const { next_page_token: page_token } = first;
    const second = await result("list_saved_queries", { page_size: 2, page_token });
    expect([namesOf(first.queries), namesOf(second.queries)]).toEqual([
      ["Open orders", "Trips by zip code"],
      ["Ledger by account"],
    ]);
    expect(second.next_page_token).toBeUndefined();
  });

  test("are those that the identity may see", async () => {
    expect(namesOf((await result("list_saved_queries", {}, tokenOf.bob)).queries)).not.toContain(
      "Ledger by account",
    );
    expect(namesOf((await result("list_saved_queries", {}, tokenOf.carol)).queries)).toContain(
      "Ledger by account",
    );
  });
});

function namesOf(queries: { display_name: string }[]): string[] {
  return queries.map(({ display_name: name }) => name);
}
