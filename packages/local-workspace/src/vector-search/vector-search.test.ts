import { expect, test } from "vitest";
import { startForTest } from "../../test/under-test.ts";

const INDEX = "/api/2.0/vector-search/indexes/samples.tpch.nation_index/query";

test.each([
  { columns: 1000, values: 1000, status: 200 },
  { columns: 1001, values: 1, status: 400 },
  { columns: 1, values: 1001, status: 501 },
])("a query of $columns columns and filters of $values values returns $status", async (given) => {
  const { call } = await startForTest();
  const answer = await call("POST", INDEX, {
    body: {
      columns: Array.from({ length: given.columns }, () => "n_name"),
      query_text: "France",
      filters_json: JSON.stringify({ n_nationkey: Array.from({ length: given.values }, (_, at) => at) }),
    },
  });
  expect(answer.status).toBe(given.status);
});
