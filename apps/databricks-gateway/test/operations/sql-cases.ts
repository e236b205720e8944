import { expect } from "vitest";
import type { OperationCase } from "./operation-case.ts";

/** The cases of what is saved and kept about SQL. */
export const sqlCases = {
  list_query_history: {
    params: () => ({ status: "CANCELED", max_results: 10 }),
    expected: { queries: [] },
    bad: { max_results: 1000 },
    field: "max_results",
  },
  list_saved_queries: {
    params: () => ({}),
    expected: { queries: expect.arrayContaining([expect.objectContaining({ display_name: "Open orders" })]) },
    bad: { page_size: 101 },
    field: "page_size",
  },
  get_saved_query: {
    params: () => ({ saved_query_id: "6f1c2b3a-0d4e-4f5a-9b8c-7d6e5f4a3b2c" }),
    expected: { display_name: "Open orders", query_text: "SELECT * FROM main.sales.open_orders" },
    bad: { saved_query_id: "../x" },
    field: "saved_query_id",
    missing: { saved_query_id: "nowhere" },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
    forbidden: { saved_query_id: "c3e5a7b9-2d4f-4b6c-9e8a-0b1c2d3e4f5a" },
  },
} satisfies Record<string, OperationCase>;
