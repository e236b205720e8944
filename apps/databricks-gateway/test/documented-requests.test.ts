import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";

// Each operation sends the request that the SDK documents, and no other. The body shows in what the workspace then has.

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

const unityCatalog = "/api/2.1/unity-catalog";
const schema = { catalog: "main", schema: "sales" };
const orders = { ...schema, name: "orders" };
const odd = { name: "a?b#c%d&é" };
const oddInPath = "a%3Fb%23c%25d%26%C3%A9";
const page = { page_token: "a+b/c=", max_results: 200 };
const pageInQuery = { page_token: "a+b/c=", max_results: "200" };

/** An operation with its parameters, the request, and the query of the request. */
const requests: [string, object, string, object?][] = [
  ["create_catalog", { ...odd, comment: "c" }, `POST ${unityCatalog}/catalogs`],
  ["update_catalog", { ...odd, new_name: "renamed" }, `PATCH ${unityCatalog}/catalogs/${oddInPath}`],
  [
    "delete_catalog",
    { ...odd, force: true },
    `DELETE ${unityCatalog}/catalogs/${oddInPath}`,
    { force: "true" },
  ],
  ["delete_catalog", odd, `DELETE ${unityCatalog}/catalogs/${oddInPath}`, { force: "false" }],
  ["create_schema", { catalog: "main", ...odd }, `POST ${unityCatalog}/schemas`],
  [
    "update_schema",
    { catalog: "main", ...odd, comment: "c" },
    `PATCH ${unityCatalog}/schemas/main.${oddInPath}`,
  ],
  [
    "delete_schema",
    { catalog: "main", ...odd, force: true },
    `DELETE ${unityCatalog}/schemas/main.${oddInPath}`,
    { force: "true" },
  ],
  ["table_exists", { ...schema, ...odd }, `GET ${unityCatalog}/tables/main.sales.${oddInPath}/exists`],
  ["delete_table", { ...schema, ...odd }, `DELETE ${unityCatalog}/tables/main.sales.${oddInPath}`],
  [
    "list_table_summaries",
    { catalog: "main", schema_name_pattern: "s%", table_name_pattern: "_+", ...page },
    `GET ${unityCatalog}/table-summaries`,
    { catalog_name: "main", schema_name_pattern: "s%", table_name_pattern: "_+", ...pageInQuery },
  ],
  ["get_function", { ...schema, ...odd }, `GET ${unityCatalog}/functions/main.sales.${oddInPath}`],
  [
    "get_grants",
    { securable_type: "volume", ...schema, ...odd, principal: "a b", ...page },
    `GET ${unityCatalog}/permissions/volume/main.sales.${oddInPath}`,
    { principal: "a b", ...pageInQuery },
  ],
  [
    "get_effective_grants",
    { securable_type: "catalog", ...odd, ...page },
    `GET ${unityCatalog}/effective-permissions/catalog/${oddInPath}`,
    pageInQuery,
  ],
  [
    "update_grants",
    { securable_type: "function", ...schema, ...odd, changes: [{ principal: "x", add: ["EXECUTE"] }] },
    `PATCH ${unityCatalog}/permissions/function/main.sales.${oddInPath}`,
  ],
  [
    "list_tags",
    { securable_type: "table", ...orders, column: "a/b c", ...page },
    `GET ${unityCatalog}/entity-tag-assignments/columns/main.sales.orders.a%2Fb%20c/tags`,
    pageInQuery,
  ],
  [
    "set_tag",
    { securable_type: "table", ...orders, tag_key: "k" },
    `POST ${unityCatalog}/entity-tag-assignments`,
  ],
  [
    "unset_tag",
    { securable_type: "volume", ...orders, tag_key: "k/é" },
    `DELETE ${unityCatalog}/entity-tag-assignments/volumes/main.sales.orders/tags/k%2F%C3%A9`,
  ],
  [
    "set_comment",
    { securable_type: "catalog", ...odd, comment: "" },
    `PATCH ${unityCatalog}/catalogs/${oddInPath}`,
  ],
  [
    "get_table_lineage",
    { ...schema, ...odd },
    "GET /api/2.0/lineage-tracking/table-lineage",
    { table_name: `main.sales.${odd.name}`, include_entity_lineage: "false" },
  ],
  [
    "list_query_history",
    {
      warehouse_id: "a1",
      status: "FAILED",
      query_id: "01ef-1",
      // A number would round it.
      user_id: "9007199254740993",
      start_time_ms: 5,
      end_time_ms: 6,
      ...page,
    },
    "GET /api/2.0/sql/history/queries",
    {
      "filter_by.warehouse_ids": "a1",
      "filter_by.statuses": "FAILED",
      "filter_by.statement_ids": "01ef-1",
      "filter_by.user_ids": "9007199254740993",
      "filter_by.query_start_time_range.start_time_ms": "5",
      "filter_by.query_start_time_range.end_time_ms": "6",
      ...pageInQuery,
    },
  ],
  ["list_query_history", {}, "GET /api/2.0/sql/history/queries"],
  [
    "list_saved_queries",
    { page_size: 20, page_token: "t" },
    "GET /api/2.0/sql/queries",
    { page_size: "20", page_token: "t" },
  ],
  [
    "list_workspace_objects",
    { path: "/Shared/a?b#c%&é", notebooks_modified_after: "1700000000000" },
    "GET /api/2.0/workspace/list",
    { path: "/Shared/a?b#c%&é", notebooks_modified_after: "1700000000000" },
  ],
  [
    "get_workspace_object",
    { path: "/Shared/a+b c" },
    "GET /api/2.0/workspace/get-status",
    { path: "/Shared/a+b c" },
  ],
  [
    "export_workspace_object",
    { path: "/Shared/x", format: "AUTO" },
    "GET /api/2.0/workspace/export",
    { path: "/Shared/x", format: "AUTO" },
  ],
  ["export_workspace_object", { path: "/Shared/x" }, "GET /api/2.0/workspace/export", { path: "/Shared/x" }],
  ["import_workspace_object", { path: "/Shared/x", content: "" }, "POST /api/2.0/workspace/import"],
  ["delete_workspace_object", { path: "/Shared/x", recursive: true }, "POST /api/2.0/workspace/delete"],
  ["create_workspace_directory", { path: "/Shared/x" }, "POST /api/2.0/workspace/mkdirs"],
  [
    "list_apps",
    { page_size: 5, page_token: "t+" },
    "GET /api/2.0/apps",
    { page_size: "5", page_token: "t+" },
  ],
  [
    "list_repos",
    { path_prefix: "/Repos/a b", page_token: "t+" },
    "GET /api/2.0/repos",
    { path_prefix: "/Repos/a b", next_page_token: "t+" },
  ],
  // A number would round it.
  ["get_repo", { repo_id: "9007199254740993" }, "GET /api/2.0/repos/9007199254740993"],
  ["update_repo", { repo_id: "9007199254740993", branch: "b" }, "PATCH /api/2.0/repos/9007199254740993"],
  ["get_app", { name: "a-1" }, "GET /api/2.0/apps/a-1"],
  [
    "list_dashboards",
    { show_trashed: true, page_size: 5, page_token: "t" },
    "GET /api/2.0/lakeview/dashboards",
    { show_trashed: "true", page_size: "5", page_token: "t" },
  ],
  ["get_dashboard", { dashboard_id: "01f" }, "GET /api/2.0/lakeview/dashboards/01f"],
  ["get_published_dashboard", { dashboard_id: "01f" }, "GET /api/2.0/lakeview/dashboards/01f/published"],
  ["list_secret_scopes", {}, "GET /api/2.0/secrets/scopes/list"],
  ["list_secrets", { scope: "a@b.c" }, "GET /api/2.0/secrets/list", { scope: "a@b.c" }],
  ["get_saved_query", { saved_query_id: "a-1_b" }, "GET /api/2.0/sql/queries/a-1_b"],
];

test.each(requests)("%s %j sends %s", async (op, params, request, query = {}) => {
  workspace.clearRequests();
  // How the workspace answers does not matter.
  await gateway.run(op, params);
  expect(workspace.requests().map((one) => [`${one.method} ${one.path}`, one.query])).toEqual([
    [request, query],
  ]);
});
