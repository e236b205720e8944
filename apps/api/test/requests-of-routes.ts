import { type ErrorCode, operations } from "@front-door/operations";
import { expect, vi } from "vitest";
import type { Route } from "../src/routing/route.ts";
import { jobsErrors, jobsRequests } from "./requests-of-jobs.ts";
import { listedErrors } from "./requests-of-listed.ts";
import { modelErrors, modelRequests } from "./requests-of-models.ts";
import { workspaceErrors, workspaceRequests } from "./requests-of-workspace.ts";
import type { FailingRequest, Fault, RouteRequest } from "./route-request.ts";
import { at, type Stack, volume } from "./start-stack.ts";

const file = (path: string, more: Record<string, string> = {}) => at("/api/files", `${volume}/${path}`, more);
const directory = (path: string) => at("/api/directories", path);
const noVolume = "/Volumes/main/default/nowhere";
const unknownStatement = "01f0a5b2-9c11-1e3a-8a53-3f4f7d1c2b6e";
const unknownWarehouse = "ffffffffffffffff";

/** A request for the route that succeeds once. Makes what it needs. */
export async function requestFor(route: Route, stack: Stack): Promise<RouteRequest> {
  return (await special[route.operationId]?.(stack)) ?? exampleOf(route);
}

/** Requests that succeed and are not simply the example of the operation's definition. */
const special: Readonly<Record<string, (stack: Stack) => RouteRequest | Promise<RouteRequest>>> = {
  ...jobsRequests,
  ...modelRequests,
  ...workspaceRequests,
  read_file: () => ({ path: file("README.txt") }),
  file_metadata: () => ({ path: file("README.txt") }),
  write_file: () => ({ path: file("contract.txt"), body: "text" }),
  delete_file: async (stack) => ({ path: await upload(stack, file("to-delete.txt")) }),
  ensure_volume: () => ({ path: "/api/volumes", json: newVolume("contract") }),
  delete_volume: async (stack) => {
    await stack.call("POST", "/api/volumes", { json: newVolume("to_delete") });
    return { path: "/api/volumes/main/default/to_delete" };
  },
  delete_catalog: async (stack) => {
    await stack.call("POST", "/api/catalogs", { json: { name: "to_delete" } });
    return { path: "/api/catalogs/to_delete?force=true" };
  },
  delete_table: async (stack) => {
    await stack.call("POST", "/api/query", { json: { sql: "CREATE TABLE main.default.to_delete (a INT)" } });
    return { path: "/api/tables/main/default/to_delete" };
  },
  unset_tag: async (stack) => {
    const tag = { securable_type: "catalog", name: "main", tag_key: "to_delete" };
    await stack.call("PUT", "/api/tags", { json: tag });
    return { path: `/api/tags?${query(tag)}` };
  },
  get_function: () => ({ path: "/api/functions/main/sales/net_amount" }),
  delete_schema: async (stack) => {
    await stack.call("POST", "/api/schemas", { json: { catalog: "main", name: "to_delete" } });
    return { path: "/api/schemas/main/to_delete" };
  },
  create_directory: () => ({ path: "/api/directories", json: { path: `${volume}/contract` } }),
  delete_directory: async (stack) => {
    await stack.call("POST", "/api/directories", { json: { path: `${volume}/to-delete` } });
    return { path: `${directory(`${volume}/to-delete`)}&recursive=true` };
  },
  get_statement: async (stack) => ({ path: await statement(stack) }),
  get_statement_result: async (stack) => ({ path: `${await statement(stack)}/result?chunk=0` }),
  cancel_statement: async (stack) => ({ path: `${await statement(stack)}/cancel` }),
  // A statement that writes, so that it has to be in the audit log.
  submit_statement: () => ({
    path: "/api/statements",
    json: { sql: "CREATE SCHEMA IF NOT EXISTS main.sales" },
  }),
  copy_file: async (stack) => ({ path: "/api/files/copy", json: await fromTo(stack, "copied.txt") }),
  move_file: async (stack) => ({ path: "/api/files/move", json: await fromTo(stack, "moved.txt") }),
  get_warehouse: async (stack) => ({ path: await warehouse(stack) }),
  start_warehouse: async (stack) => ({ path: `${await warehouse(stack)}/start` }),
  stop_warehouse: async (stack) => ({ path: `${await warehouse(stack)}/stop` }),
  put_uc_schema: () => ({ path: "/api/settings/uc-schema", json: { schema: "main.default" } }),
};

/** The definition's own example, which has to work on the sample data. */
function exampleOf({ operation, path, jsonBody }: Route): RouteRequest {
  const params: Record<string, unknown> =
    operation === undefined ? {} : { ...operations[operation].examples[0]?.params };
  const inPath = new Set(Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => name));
  const url = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const others = Object.entries(params).filter(([name]) => !inPath.has(name));
  if (jsonBody !== undefined) return { path: url, json: Object.fromEntries(others) };
  const query = new URLSearchParams(others.map(([name, value]): [string, string] => [name, String(value)]));
  return { path: query.size > 0 ? `${url}?${query.toString()}` : url };
}

/** What each route can return on success besides the reply to its first request, and how to get it. */
export const otherSuccesses: Readonly<Record<string, readonly [number, RouteRequest][]>> = {
  ensure_volume: [[200, { path: "/api/volumes", json: newVolume("contract") }]],
  create_directory: [[200, { path: "/api/directories", json: { path: `${volume}/contract` } }]],
  write_file: [[200, { path: file("contract.txt"), body: "text" }]],
  copy_file: [
    [200, { path: "/api/files/copy", json: { ...copy("original.txt", "copied.txt"), overwrite: true } }],
  ],
  move_file: [
    [200, { path: "/api/files/move", json: { ...copy("copied.txt", "moved.txt"), overwrite: true } }],
  ],
  read_file: [
    [206, { path: file("README.txt"), headers: { range: "bytes=0-3" } }],
    [304, { path: file("README.txt"), headers: { "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" } }],
  ],
  file_metadata: [
    [304, { path: file("README.txt"), headers: { "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" } }],
  ],
};

const stale = { "if-unmodified-since": "Sat, 01 Jan 2000 00:00:00 GMT" };
const missing = (code: ErrorCode, path: string): FailingRequest => ({ code, request: { path } });
const refusedBody = (code: ErrorCode, path: string, json: object): FailingRequest => ({
  code,
  request: { path, json },
});
const missingInSchema = (path: string): FailingRequest[] => [
  missing("CATALOG_DOES_NOT_EXIST", `${path}?catalog=nowhere&schema=default`),
  missing("SCHEMA_DOES_NOT_EXIST", `${path}?catalog=main&schema=nowhere`),
];
const missingTables: readonly (readonly [ErrorCode, Record<"catalog" | "schema" | "name", string>])[] = [
  ["CATALOG_DOES_NOT_EXIST", { catalog: "nowhere", schema: "default", name: "nowhere" }],
  ["SCHEMA_DOES_NOT_EXIST", { catalog: "main", schema: "nowhere", name: "nowhere" }],
  ["TABLE_DOES_NOT_EXIST", { catalog: "main", schema: "default", name: "nowhere" }],
];
const missingTable = (path: string, rest = ""): FailingRequest[] =>
  missingTables.map(([code, { catalog, schema, name }]) =>
    missing(code, `${path}/${catalog}/${schema}/${name}${rest}`),
  );
const missingGrants = (path: string): FailingRequest[] =>
  missingTables.map(([code, table]) =>
    missing(code, `${path}?${query({ securable_type: "table", ...table })}`),
  );
const query = (params: Record<string, string>) => new URLSearchParams(params).toString();
const orders = { securable_type: "table", catalog: "main", schema: "sales", name: "orders" };
const refusedComment = (code: ErrorCode, params: object) =>
  refusedBody(code, "/api/comments", { ...params, comment: "x" });
const changes = [{ principal: "bob@example.com", add: ["SELECT"] }];
const fails = (code: ErrorCode, fault: Fault): FailingRequest => ({ code, fault });
const statementFails = (code: ErrorCode, errorMessage: string) =>
  fails(code, { thriftMethod: "ExecuteStatement", thriftStatus: { errorMessage } });
// With a Retry-After past the deadline, so that the gateway does not wait for the warehouse.
const warehouseStarts = fails("WAREHOUSE_STARTING", {
  thriftMethod: "ExecuteStatement",
  status: 503,
  headers: { "x-thriftserver-error-message": "The warehouse is starting", "retry-after": "600" },
});
/** More than `rowBytesMax` of contract.test.ts's gateway. */
const wideRow = "SELECT repeat('x', 3000000) AS wide";
const copying = (path: string): FailingRequest[] => [
  refusedBody("NOT_FOUND", path, copy("nowhere.txt", "copied.txt")),
  refusedBody("ALREADY_EXISTS", path, copy("README.txt", "moved.txt")),
  {
    ...refusedBody("RESOURCE_CONFLICT", path, copy("README.txt", "never.txt")),
    fault: { method: "PUT", status: 409 },
  },
];

/** The errors of a route that are not those of every route, or of every operation. */
export const ownErrors: Readonly<Record<string, readonly FailingRequest[]>> = {
  ...jobsErrors,
  ...modelErrors,
  ...workspaceErrors,
  ...listedErrors,
  create_catalog: [refusedBody("CATALOG_ALREADY_EXISTS", "/api/catalogs", { name: "main" })],
  update_catalog: [
    refusedBody("CATALOG_DOES_NOT_EXIST", "/api/catalogs/nowhere", { comment: "x" }),
    refusedBody("CATALOG_ALREADY_EXISTS", "/api/catalogs/finance", { new_name: "main" }),
  ],
  delete_catalog: [missing("CATALOG_DOES_NOT_EXIST", "/api/catalogs/nowhere")],
  create_schema: [
    refusedBody("CATALOG_DOES_NOT_EXIST", "/api/schemas", { catalog: "nowhere", name: "x" }),
    refusedBody("SCHEMA_ALREADY_EXISTS", "/api/schemas", { catalog: "main", name: "sales" }),
  ],
  update_schema: [
    refusedBody("CATALOG_DOES_NOT_EXIST", "/api/schemas/nowhere/default", { comment: "x" }),
    refusedBody("SCHEMA_DOES_NOT_EXIST", "/api/schemas/main/nowhere", { comment: "x" }),
    refusedBody("SCHEMA_ALREADY_EXISTS", "/api/schemas/main/sales", { new_name: "default" }),
  ],
  delete_schema: [
    missing("CATALOG_DOES_NOT_EXIST", "/api/schemas/nowhere/default"),
    missing("SCHEMA_DOES_NOT_EXIST", "/api/schemas/main/nowhere"),
  ],
  get_catalog: [missing("CATALOG_DOES_NOT_EXIST", "/api/catalogs/nowhere")],
  list_schemas: [missing("CATALOG_DOES_NOT_EXIST", "/api/schemas?catalog=nowhere")],
  get_schema: [
    missing("CATALOG_DOES_NOT_EXIST", "/api/schemas/nowhere/default"),
    missing("SCHEMA_DOES_NOT_EXIST", "/api/schemas/main/nowhere"),
  ],
  list_tables: missingInSchema("/api/tables"),
  list_functions: missingInSchema("/api/functions"),
  list_volumes: missingInSchema("/api/volumes"),
  get_table: missingTable("/api/tables"),
  table_exists: missingTable("/api/tables", "/exists").slice(0, 2),
  delete_table: missingTable("/api/tables"),
  list_table_summaries: [missing("CATALOG_DOES_NOT_EXIST", "/api/table-summaries?catalog=nowhere")],
  get_function: [
    ...missingTable("/api/functions").slice(0, 2),
    missing("FUNCTION_DOES_NOT_EXIST", "/api/functions/main/default/nowhere"),
  ],
  search_catalog: [missing("CATALOG_DOES_NOT_EXIST", "/api/search?query=x&catalog=nowhere")],
  list_tags: [
    ...missingGrants("/api/tags"),
    missing("RESOURCE_DOES_NOT_EXIST", `/api/tags?${query({ ...orders, column: "nowhere" })}`),
  ],
  set_tag: [
    ...missingTables.map(([code, table]) =>
      refusedBody(code, "/api/tags", { ...table, securable_type: "table", tag_key: "x" }),
    ),
    refusedBody("RESOURCE_DOES_NOT_EXIST", "/api/tags", { ...orders, column: "nowhere", tag_key: "x" }),
  ],
  unset_tag: [
    ...missingTables.map(([code, table]) =>
      missing(code, `/api/tags?${query({ ...table, securable_type: "table", tag_key: "x" })}`),
    ),
    missing("RESOURCE_DOES_NOT_EXIST", `/api/tags?${query({ ...orders, tag_key: "nowhere" })}`),
  ],
  set_comment: [
    refusedComment("CATALOG_DOES_NOT_EXIST", { securable_type: "catalog", name: "nowhere" }),
    refusedComment("SCHEMA_DOES_NOT_EXIST", { securable_type: "schema", catalog: "main", name: "nowhere" }),
    refusedComment("TABLE_DOES_NOT_EXIST", { ...orders, name: "nowhere" }),
    refusedComment("VOLUME_DOES_NOT_EXIST", { ...orders, securable_type: "volume" }),
    refusedComment("STATEMENT_FAILED", { ...orders, column: "nowhere" }),
    refusedComment("RESOURCE_DOES_NOT_EXIST", { ...orders, warehouse_id: unknownWarehouse }),
  ],
  get_table_lineage: missingTable("/api/tables", "/lineage"),
  get_saved_query: [missing("RESOURCE_DOES_NOT_EXIST", "/api/saved-queries/nowhere")],
  get_grants: missingGrants("/api/grants"),
  get_effective_grants: missingGrants("/api/effective-grants"),
  update_grants: [
    ...missingTables.map(([code, table]) =>
      refusedBody(code, "/api/grants", { ...table, securable_type: "table", changes }),
    ),
    refusedBody("PRINCIPAL_DOES_NOT_EXIST", "/api/grants", {
      securable_type: "schema",
      catalog: "main",
      name: "sales",
      changes: [{ principal: "nobody@example.com", add: ["SELECT"] }],
    }),
  ],
  preview_table: [
    missing("TABLE_DOES_NOT_EXIST", "/api/tables/preview?catalog=main&schema=default&name=nowhere"),
    statementFails("STATEMENT_FAILED", "[DIVIDE_BY_ZERO] x"),
    {
      code: "ROW_TOO_LARGE",
      prepare: async (stack) => {
        await stack.call("POST", "/api/query", {
          json: { sql: `CREATE TABLE main.default.wide AS ${wideRow}` },
        });
        return { path: "/api/tables/preview?catalog=main&schema=default&name=wide" };
      },
    },
    statementFails("RESOURCE_DOES_NOT_EXIST", "The SQL warehouse 0123456789abcdef was deleted"),
    warehouseStarts,
  ],
  execute_query: [
    refusedBody("STATEMENT_FAILED", "/api/query", { sql: "SELECT 1 FROM nowhere" }),
    refusedBody("ROW_TOO_LARGE", "/api/query", { sql: wideRow }),
    refusedBody("RESOURCE_DOES_NOT_EXIST", "/api/query", {
      sql: "SELECT 1",
      warehouse_id: unknownWarehouse,
    }),
    warehouseStarts,
  ],
  ensure_volume: [
    refusedBody("CATALOG_DOES_NOT_EXIST", "/api/volumes", { ...newVolume("x"), catalog: "nowhere" }),
    refusedBody("SCHEMA_DOES_NOT_EXIST", "/api/volumes", { ...newVolume("x"), schema: "nowhere" }),
  ],
  delete_volume: [missing("VOLUME_DOES_NOT_EXIST", "/api/volumes/main/default/nowhere")],
  create_directory: [
    refusedBody("NOT_FOUND", "/api/directories", { path: `${noVolume}/x` }),
    refusedBody("ALREADY_EXISTS", "/api/directories", { path: `${volume}/README.txt` }),
  ],
  delete_directory: [
    missing("NOT_FOUND", directory(`${volume}/nowhere`)),
    fails("RESOURCE_CONFLICT", { status: 409 }),
  ],
  list_directory: [missing("NOT_FOUND", directory(`${volume}/nowhere`))],
  list_tree: [missing("NOT_FOUND", at("/api/directories/tree", `${volume}/nowhere`))],
  delete_file: [missing("NOT_FOUND", file("nowhere.txt"))],
  file_metadata: [
    missing("NOT_FOUND", file("nowhere.txt")),
    { code: "PRECONDITION_FAILED", request: { path: file("README.txt"), headers: stale } },
  ],
  read_file: [
    missing("NOT_FOUND", file("nowhere.txt")),
    { code: "PRECONDITION_FAILED", request: { path: file("README.txt"), headers: stale } },
    {
      code: "RANGE_NOT_SATISFIABLE",
      request: { path: file("README.txt"), headers: { range: "bytes=9999999-" } },
    },
  ],
  write_file: [
    { code: "NOT_FOUND", request: { path: at("/api/files", `${noVolume}/x`), body: "text" } },
    { code: "ALREADY_EXISTS", request: { path: file("README.txt", { overwrite: "false" }), body: "text" } },
  ],
  copy_file: copying("/api/files/copy"),
  move_file: copying("/api/files/move"),
  submit_statement: [
    refusedBody("RESOURCE_DOES_NOT_EXIST", "/api/statements", {
      sql: "SELECT 1",
      warehouse_id: unknownWarehouse,
    }),
  ],
  get_statement: [missing("NOT_FOUND", `/api/statements/${unknownStatement}`)],
  get_statement_result: [
    missing("NOT_FOUND", `/api/statements/${unknownStatement}/result`),
    fails("RESOURCE_CONFLICT", { body: { statement_id: unknownStatement, status: { state: "FAILED" } } }),
    {
      code: "ROW_TOO_LARGE",
      prepare: async (stack) => ({ path: `${await statement(stack, wideRow)}/result` }),
    },
  ],
  cancel_statement: [missing("NOT_FOUND", `/api/statements/${unknownStatement}/cancel`)],
  get_warehouse: [missing("RESOURCE_DOES_NOT_EXIST", `/api/warehouses/${unknownWarehouse}`)],
  start_warehouse: [missing("RESOURCE_DOES_NOT_EXIST", `/api/warehouses/${unknownWarehouse}/start`)],
  stop_warehouse: [missing("RESOURCE_DOES_NOT_EXIST", `/api/warehouses/${unknownWarehouse}/stop`)],
  put_uc_schema: [
    refusedBody("CATALOG_DOES_NOT_EXIST", "/api/settings/uc-schema", { schema: "nowhere.default" }),
    refusedBody("SCHEMA_DOES_NOT_EXIST", "/api/settings/uc-schema", { schema: "main.nowhere" }),
  ],
};

function newVolume(name: string) {
  return { catalog: "main", schema: "default", name };
}

function copy(from: string, to: string) {
  return { source_path: `${volume}/${from}`, destination_path: `${volume}/${to}` };
}

async function upload(stack: Stack, path: string): Promise<string> {
  await stack.call("PUT", path, { body: "text" });
  return path;
}

/** A statement that has succeeded. */
async function statement(stack: Stack, sql = "SELECT 1 AS one"): Promise<string> {
  const { json } = await stack.call("POST", "/api/statements", { json: { sql } });
  const path = `/api/statements/${json.statement_id}`;
  await vi.waitFor(async () => expect((await stack.call("GET", path)).json.state).toBe("SUCCEEDED"), 60_000);
  return path;
}

async function fromTo(stack: Stack, name: string): Promise<object> {
  await upload(stack, file("original.txt"));
  return copy("original.txt", name);
}

async function warehouse(stack: Stack): Promise<string> {
  const { json } = await stack.call("GET", "/api/warehouses");
  return `/api/warehouses/${json.warehouses[0].id}`;
}
