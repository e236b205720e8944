import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  tokenOf,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

const unityCatalog = "/api/2.1/unity-catalog";

interface Found {
  readonly securable_type: string;
  readonly full_name: string;
}

const wordsOf = (results: readonly Found[]) =>
  results.map(({ securable_type: type, full_name: name }) => `${type} ${name}`);

async function search(params: object, token: string = tokenOf.alice) {
  const { status, body } = await gateway.run("search_catalog", params, { token });
  expect(status).toBe(200);
  return body;
}

/** All pages of a search, whatever they hold. */
async function pagesOf(params: object): Promise<string[][]> {
  const pages: string[][] = [];
  let page_token: string | undefined;
  do {
    const body = await search({ ...params, page_token });
    pages.push(wordsOf(body.results));
    page_token = body.next_page_token;
  } while (page_token !== undefined);
  return pages;
}

describe("search_catalog", () => {
  test("finds objects of every type by a part of their names, in any letter case", async () => {
    expect(wordsOf((await search({ query: "SALES" })).results)).toEqual(["schema main.sales"]);
    expect(wordsOf((await search({ query: "mai" })).results)).toEqual(["catalog main"]);
    expect(wordsOf((await search({ query: "export" })).results)).toEqual(["volume main.sales.exports"]);
    expect(wordsOf((await search({ query: "net_a" })).results)).toEqual(["function main.sales.net_amount"]);
    expect(wordsOf((await search({ query: "n_o" })).results)).toEqual(["table main.sales.open_orders"]);
  });

  test("finds a text with a period in full names", async () => {
    expect(wordsOf((await search({ query: "les.ord" })).results)).toEqual(["table main.sales.orders"]);
    expect(wordsOf((await search({ query: "tpch.orders" })).results)).toEqual(["table samples.tpch.orders"]);
  });

  test("takes % and _ in a text as themselves", async () => {
    expect((await search({ query: "ord_rs" })).results).toEqual([]);
    expect((await search({ query: "%" })).results).toEqual([]);
    expect((await search({ query: "\\" })).results).toEqual([]);
  });

  test("pages of any size hold every result once, in the same order", async () => {
    const whole = await pagesOf({ query: "e", max_results: 1000 });
    expect(whole).toHaveLength(1);
    expect(whole.flat().length).toBeGreaterThan(10);
    for (const max_results of [1, 3, 7]) {
      const pages = await pagesOf({ query: "e", max_results });
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(max_results);
      expect(pages.flat()).toEqual(whole.flat());
    }
  });

  test("goes through all pages of Databricks, empty ones too", async () => {
    const whole = await pagesOf({ query: "e" });
    workspace.addFault({ emptyPages: 1 });
    expect(await pagesOf({ query: "e" })).toEqual(whole);
  });

  test("asks for the tables of a whole catalog at once, and only about the type that is looked for", async () => {
    await search({ query: "order", catalog: "main", securable_type: "table" });
    expect(workspace.requests().map(({ path, query }) => [path, query])).toEqual([
      [`${unityCatalog}/schemas`, { catalog_name: "main", max_results: "0" }],
      [
        `${unityCatalog}/table-summaries`,
        { catalog_name: "main", max_results: "0", table_name_pattern: "%order%" },
      ],
    ]);
  });

  test("makes at most about 60 calls, and goes on from there with the next page", async () => {
    const schemas = Array.from({ length: 40 }, (_, index) => `wide_${String(index).padStart(2, "0")}`);
    await gateway.run("create_catalog", { name: "wide" });
    for (const name of schemas) await gateway.run("create_schema", { catalog: "wide", name });
    await gateway.run("create_volume", { catalog: "wide", schema: "wide_39", name: "needle" });
    workspace.clearRequests();
    const first = await search({ query: "needle", catalog: "wide" });
    expect(workspace.requests().length).toBeLessThanOrEqual(62);
    expect(first).toMatchObject({ results: [], next_page_token: expect.any(String) });
    workspace.clearRequests();
    const second = await search({ query: "needle", catalog: "wide", page_token: first.next_page_token });
    expect(wordsOf(second.results)).toEqual(["volume wide.wide_39.needle"]);
    // 41 schemas with `default`, of which the first call has seen most.
    expect(workspace.requests().length).toBeLessThan(40);
    await gateway.run("delete_catalog", { name: "wide", force: true });
  });

  test("names what Databricks refused to list, and searches the rest", async () => {
    workspace.addFault({
      path: `${unityCatalog}/table-summaries`,
      times: 1,
      status: 400,
      body: { error_code: "BAD_REQUEST" },
    });
    const { results, not_searched } = await search({ query: "orders" });
    expect(not_searched).toEqual(["finance"]);
    expect(wordsOf(results)).toEqual([
      "table main.sales.open_orders",
      "table main.sales.orders",
      "table samples.tpch.orders",
    ]);
  });

  test("fails where Databricks fails, since a search that was cut short would look complete", async () => {
    workspace.addFault({ path: `${unityCatalog}/table-summaries`, status: 500, body: "" });
    const { status } = await gateway.run("search_catalog", { query: "orders" });
    expect(status).toBe(502);
  });

  test("shows an identity only what it may see", async () => {
    expect(wordsOf((await search({ query: "ledger" })).results)).toEqual(["schema finance.ledger"]);
    expect((await search({ query: "ledger" }, tokenOf.bob)).results).toEqual([]);
    expect((await search({ query: "entries" }, tokenOf.carol)).results).toEqual([]);
  });

  test.each(["x", Buffer.from("{}").toString("base64url")])(
    "refuses the page token %s",
    async (page_token) => {
      const answer = await gateway.run("search_catalog", { query: "x", page_token });
      expect([answer.status, errorOf(answer).details?.[0]?.field]).toEqual([400, "page_token"]);
    },
  );
});
