import type { OperationCase } from "./operation-case.ts";

export const nationIndex = { catalog: "samples", schema: "tpch", name: "nation_index" };
const ledgerIndex = { catalog: "finance", schema: "ledger", name: "entries_index" };
const nowhere = { catalog: "samples", schema: "tpch", name: "nowhere" };
const query = { columns: ["n_name"], query_text: "quick foxes" };
const missing = "RESOURCE_DOES_NOT_EXIST";

export const vectorSearchCases = {
  list_vector_search_endpoints: {
    params: () => ({}),
    expected: { endpoints: [{ name: "local-search", endpoint_status: { state: "ONLINE" }, num_indexes: 2 }] },
    bad: { max_results: 1 },
    field: "max_results",
  },
  get_vector_search_endpoint: {
    params: () => ({ endpoint_name: "local-search" }),
    expected: { name: "local-search", endpoint_type: "STANDARD" },
    bad: { endpoint_name: "a/b" },
    field: "endpoint_name",
    missing: { endpoint_name: "nowhere" },
    missingCode: missing,
  },
  list_vector_search_indexes: {
    params: () => ({ endpoint_name: "local-search" }),
    expected: {
      vector_indexes: [
        { name: "finance.ledger.entries_index" },
        { name: "samples.tpch.nation_index", primary_key: "n_nationkey", index_type: "DELTA_SYNC" },
      ],
    },
    bad: {},
    field: "endpoint_name",
    missing: { endpoint_name: "nowhere" },
    missingCode: missing,
  },
  get_vector_search_index: {
    params: () => nationIndex,
    expected: {
      name: "samples.tpch.nation_index",
      status: { ready: true },
      delta_sync_index_spec: { source_table: "samples.tpch.nation" },
    },
    bad: { ...nationIndex, name: "a.b" },
    field: "name",
    missing: nowhere,
    missingCode: missing,
    forbidden: ledgerIndex,
  },
  query_vector_search_index: {
    params: () => ({ ...nationIndex, ...query }),
    // The test workspace has no sample rows. Those with rows are in vector-search.test.ts.
    expected: {
      manifest: { columns: [{ name: "n_name" }, { name: "score", type_text: "double" }] },
      result: { data_array: [], row_count: 0 },
    },
    bad: { ...nationIndex, ...query, filters_json: "[]" },
    field: "filters_json",
    missing: { ...nowhere, ...query },
    missingCode: missing,
    forbidden: { ...ledgerIndex, ...query, columns: ["account"] },
  },
} satisfies Record<string, OperationCase>;
