import type { LocalWorkspace } from "@front-door/local-workspace";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  tokenOf,
} from "./gateway-under-test.ts";
import { nationIndex } from "./operations/vector-search-cases.ts";
import { warehouseId } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  await runSql(`INSERT INTO samples.tpch.nation VALUES (1, 'FRANCE', 3, 'slyly foxes sleep'),
    (2, 'PERU', 1, 'quickly deposits haggle'), (3, 'CHINA', 2, 'slyly foxes wake'), (4, 'CHILE', 1, NULL)`);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

async function runSql(statement: string): Promise<void> {
  const { body } = await request(`${workspace.url}/api/2.0/sql/statements`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokenOf.alice}` },
    body: JSON.stringify({ statement, warehouse_id: warehouseId, wait_timeout: "50s" }),
  });
  expect(await body.json()).toMatchObject({ status: { state: "SUCCEEDED" } });
}

const find = (query: object) =>
  gateway.run("query_vector_search_index", { ...nationIndex, columns: ["n_name"], ...query });
const namesIn = ({ body }: Awaited<ReturnType<typeof find>>) =>
  (body.result.data_array as [string, number][]).map(([name]) => name);

test("the nearest rows come first, each with its cosine at the end", async () => {
  const { body } = await find({ query_text: "slyly foxes sleep", columns: ["n_name", "n_nationkey"] });
  const { data_array: rows } = body.result;
  expect(rows[0]).toEqual(["FRANCE", "1", expect.closeTo(1)]);
  expect(rows.map(([name]: [string]) => name).slice(0, 2)).toEqual(["FRANCE", "CHINA"]);
  expect(body.result.row_count).toBe(4);
  expect(body.next_page_token).toBeUndefined();
});

test("a vector finds what the text that it was made of finds", async () => {
  const embedded = await gateway.run("query_serving_endpoint", {
    endpoint_name: "hash-embedding",
    request: { input: "quickly deposits haggle" },
  });
  const query_vector = embedded.body.data[0].embedding as number[];
  expect(namesIn(await find({ query_vector, num_results: 1 }))).toEqual(["PERU"]);
  expect(errorOf(await find({ query_vector: [1, 2] })).error).toContain("query_vector must have 64 numbers");
});

test.each([
  ['{"n_regionkey >=": 2}', ["FRANCE", "CHINA"]],
  ['{"n_regionkey": [1, 2], "n_name NOT": "PERU"}', ["CHINA", "CHILE"]],
  ['{"n_name LIKE": "C%", "n_nationkey <": 4}', ["CHINA"]],
  ['{"n_name": "nobody`; DROP TABLE x"}', []],
])("filters %s choose among the rows", async (filters_json, names) => {
  const found = namesIn(await find({ query_text: "foxes", filters_json }));
  expect(found.toSorted()).toEqual(names.toSorted());
});

test("a threshold leaves rows out, and a reranker puts the first ones into its own order", async () => {
  const query = { query_text: "slyly foxes sleep" };
  expect(namesIn(await find({ ...query, score_threshold: 0.99 }))).toEqual(["FRANCE"]);
  const reranker = { model: "databricks_reranker", parameters: { columns_to_rerank: ["n_name"] } };
  expect(namesIn(await find({ query_text: "china", reranker, num_results: 1 }))).toEqual(["CHINA"]);
});

test("every result comes once, page by page, and the last page has no token", async () => {
  await runSql(`INSERT INTO finance.ledger.entries (entry_id, account)
    SELECT id, concat('account ', CAST(id AS STRING)) FROM range(2345)`);
  const index = { catalog: "finance", schema: "ledger", name: "entries_index" };
  const query = { ...index, columns: ["entry_id"], query_text: "account", num_results: 10_000 };
  const ids: string[] = [];
  const sizes: number[] = [];
  let page_token: string | undefined;
  do {
    const { body } = await gateway.run("query_vector_search_index", { ...query, page_token });
    const rows = body.result.data_array as [string, number][];
    sizes.push(rows.length);
    ids.push(...rows.map(([id]) => id));
    page_token = body.next_page_token;
  } while (page_token !== undefined);
  expect(sizes).toEqual([1_000, 1_000, 345]);
  expect(new Set(ids).size).toBe(2345);
});

test("each call is the one that Databricks documents", async () => {
  const query = { columns: ["n_name"], query_text: "foxes", filters_json: '{"id <": 9007199254740993}' };
  workspace.addFault({
    status: 200,
    body: { manifest: { columns: [] }, result: { data_array: [[9.5, "x"]] } },
  });
  await find(query);
  await find({ ...query, page_token: "next", endpoint_name: "local-search" });
  workspace.clearFaults();
  await gateway.run("list_vector_search_indexes", { endpoint_name: "local-search" });
  await gateway.run("get_vector_search_index", nationIndex);
  const indexes = "/api/2.0/vector-search/indexes";
  expect(workspace.requests()).toMatchObject([
    {
      method: "POST",
      path: `${indexes}/samples.tpch.nation_index/query`,
      bodyBytes: JSON.stringify(query).length,
    },
    {
      method: "POST",
      path: `${indexes}/samples.tpch.nation_index/query-next-page`,
      bodyBytes: JSON.stringify({ page_token: "next", endpoint_name: "local-search" }).length,
    },
    { method: "GET", path: indexes, query: { endpoint_name: "local-search" } },
    { method: "GET", path: `${indexes}/samples.tpch.nation_index` },
  ]);
});

test("only indexes of allowed catalogs are listed, and no other one is queried", async () => {
  const settings = { DATABRICKS_TOKEN: tokenOf.alice, ALLOWED_CATALOGS: "samples" };
  const confined = await startGateway(workspace.url, settings);
  const { body } = await confined.run("list_vector_search_indexes", { endpoint_name: "local-search" });
  expect(body.vector_indexes).toMatchObject([{ name: "samples.tpch.nation_index" }]);
  const ledger = { catalog: "finance", schema: "ledger", name: "entries_index" };
  for (const [index, status] of [
    [nationIndex, 200],
    [ledger, 403],
  ] as const) {
    const query = { ...index, columns: ["n_name"], query_text: "foxes" };
    expect((await confined.run("query_vector_search_index", query)).status).toBe(status);
  }
  await confined.close();
  const rooted = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    ALLOWED_VOLUME_ROOTS: "/Volumes/samples/tpch/files",
  });
  const answer = await rooted.run("query_vector_search_index", {
    ...nationIndex,
    columns: ["n_name"],
    query_text: "foxes",
  });
  expect([answer.status, errorOf(answer).error_code]).toEqual([403, "OPERATION_NOT_ALLOWED"]);
  await rooted.close();
});
