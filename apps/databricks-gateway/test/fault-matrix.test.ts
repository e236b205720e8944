import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { definitionOf, type OperationName, operations } from "@front-door/operations";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Answer,
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
  type WorkspaceUnderTest,
  withSignedIds,
} from "./gateway-under-test.ts";
import { seededCluster } from "./operations/compute-cases.ts";
import { computeMutations } from "./operations/compute-mutations.ts";
import { answeredTaxi, askTaxi, taxiSpace } from "./operations/genie-cases.ts";
import { jobsMutations } from "./operations/jobs-mutations.ts";
import { seededApp, seededDashboard, seededRepo } from "./operations/listed-cases.ts";
import { endedTask, pendingRun, skippedRun } from "./operations/make-jobs.ts";
import { seededPipeline } from "./operations/pipelines-cases.ts";
import { unityCatalogMutations } from "./operations/unity-catalog-mutations.ts";
import { nationIndex } from "./operations/vector-search-cases.ts";
import { seededNotebook, workspaceMutations } from "./operations/workspace-cases.ts";
import { startSqlWorkspace, warehouseId, warehousePath } from "./sql-under-test.ts";

// Every operation of the registry × every kind of fault: docs/reliability.md has the table, and this test keeps it true.
// `vitest run --update` writes it anew.

type Fault = Parameters<LocalWorkspace["addFault"]>[0];
/** How many operations are tried side by side, besides those of the SQL driver. */
const lanes = 6;

type Seen = ReturnType<LocalWorkspace["requests"]>[number];

/** A workspace with its gateways. Several run side by side, because the cells of silence only wait for a deadline. */
interface Lane {
  readonly workspace: WorkspaceUnderTest;
  /** Makes what the operations need. */
  readonly maker: GatewayUnderTest;
  /** Meets the faults. Nothing that answers takes as long as its deadline, on a busy machine either. */
  readonly gateway: GatewayUnderTest;
  /** Meets silence, which lasts until the deadline. */
  readonly impatient: GatewayUnderTest;
}

/** What one PUT takes here; Databricks takes 5 GiB. */
const putBytesMax = 16;
const patient = { limits: { timeoutMs: 10_000 }, putBytesMax };
const hasty = { limits: { timeoutMs: 1_500 }, putBytesMax };

const withSql = { DATABRICKS_TOKEN: tokenOf.alice, DATABRICKS_HTTP_PATH: warehousePath };

/** With TLS, the driver's operations can be tried; it takes all others more CPU time, and they do not notice. */
async function openLane({ tls }: { tls: boolean }): Promise<Lane> {
  const fileLimits = { partBytesMin: putBytesMax };
  const workspace = await (tls ? startSqlWorkspace({ fileLimits }) : startWorkspace({ fileLimits }));
  const maker = await startGateway(workspace.url, withSql);
  const gateway = await startGateway(workspace.url, withSql, patient);
  const impatient = await startGateway(workspace.url, withSql, hasty);
  await statementOf(maker, "CREATE TABLE main.default.matrix (a INT)");
  return { workspace, maker, gateway, impatient };
}

async function closeLane({ workspace, maker, gateway, impatient }: Lane): Promise<void> {
  await until(() => workspace.openStatements() === 0, "no statement is left open");
  await until(() => !uploadsOf(workspace), "no upload in parts is left");
  await Promise.all([maker, gateway, impatient].map((each) => each.close()));
  await workspace.close();
}

function uploadsOf({ dir }: WorkspaceUnderTest): boolean {
  const names = readdirSync(join(dir, "temporary"));
  return names.some((name) => name.startsWith("upload-"));
}

/** An ExecuteStatement that Databricks never answers ends with its session. */
const isLeft = ({ state, thriftMethod }: Seen) => state === "open" && thriftMethod !== "ExecuteStatement";

const files = "/Volumes/main/default/files";
const schema = { catalog: "main", schema: "default" };
let serial = 0;
const fresh = (kind: string) => `${kind}_${++serial}`;

async function aFile({ maker }: Lane): Promise<object> {
  const path = `${files}/${fresh("file")}`;
  await maker.upload({ path }, "0123456789");
  return { path };
}
async function aDirectory({ maker }: Lane): Promise<object> {
  const path = `${files}/${fresh("directory")}`;
  await maker.run("create_directory", { path });
  return { path };
}
async function aCopy({ maker }: Lane): Promise<object> {
  const source = { path: `${files}/${fresh("file")}` };
  await maker.upload(source, "0123456789");
  return { source_path: source.path, destination_path: `${source.path}.copy` };
}
async function aVolume({ maker }: Lane): Promise<object> {
  const params = { ...schema, name: fresh("volume") };
  await maker.run("create_volume", params);
  return params;
}
const aStatement = ({ maker }: Lane) => statementOf(maker, "SELECT 1");
async function statementOf(maker: GatewayUnderTest, sql: string): Promise<object> {
  const { statement_id } = (await maker.run("submit_statement", { sql })).body;
  for (let state = ""; state !== "SUCCEEDED"; ) {
    ({ state } = (await maker.run("get_statement", { statement_id })).body);
  }
  return { statement_id };
}

interface Subject {
  readonly op: OperationName;
  readonly params: (lane: Lane) => object | Promise<object>;
  /** The call to Databricks that the fault strikes: the one with the effect, or the only one. */
  readonly struck?: Pick<Fault, "method" | "path" | "thriftMethod" | "nth">;
  /** Sends more bytes than one PUT takes. */
  readonly isLarge?: boolean;
  /** Makes several calls before that one, which a busy machine may not get through before the shorter deadline. */
  readonly isLong?: boolean;
  /** Sends that call again by itself, although it may have run. */
  readonly isRepeated?: boolean;
}

const insert = "INSERT INTO main.default.matrix VALUES (1)";
const onStatement = { thriftMethod: "ExecuteStatement" };
const onVolume = (method: string) => ({ method, path: "/api/2.1/unity-catalog/volumes*" });
/** The first one begins the upload. */
const theLastCall = { method: "POST", path: "/api/2.0/fs/files/*", nth: 2 };
const subjects: Readonly<Record<string, Subject>> = {
  me: { op: "me", params: () => ({}) },
  list_catalogs: { op: "list_catalogs", params: () => ({}) },
  get_catalog: { op: "get_catalog", params: () => ({ name: "main" }) },
  list_schemas: { op: "list_schemas", params: () => ({ catalog: "main" }) },
  get_schema: { op: "get_schema", params: () => ({ catalog: "main", name: "sales" }) },
  list_tables: { op: "list_tables", params: () => ({ catalog: "main", schema: "sales" }) },
  get_table: { op: "get_table", params: () => ({ catalog: "main", schema: "sales", name: "orders" }) },
  table_exists: { op: "table_exists", params: () => ({ catalog: "main", schema: "sales", name: "orders" }) },
  list_table_summaries: { op: "list_table_summaries", params: () => ({ catalog: "main" }) },
  get_function: {
    op: "get_function",
    params: () => ({ catalog: "main", schema: "sales", name: "net_amount" }),
  },
  search_catalog: {
    op: "search_catalog",
    params: () => ({ query: "orders", catalog: "main", securable_type: "schema" }),
  },
  list_tags: { op: "list_tags", params: () => ({ securable_type: "catalog", name: "main" }) },
  get_table_lineage: {
    op: "get_table_lineage",
    params: () => ({ catalog: "main", schema: "sales", name: "orders" }),
  },
  list_query_history: { op: "list_query_history", params: () => ({}) },
  list_saved_queries: { op: "list_saved_queries", params: () => ({}) },
  get_saved_query: {
    op: "get_saved_query",
    params: () => ({ saved_query_id: "6f1c2b3a-0d4e-4f5a-9b8c-7d6e5f4a3b2c" }),
  },
  get_grants: { op: "get_grants", params: () => ({ securable_type: "catalog", name: "main" }) },
  get_effective_grants: {
    op: "get_effective_grants",
    params: () => ({ securable_type: "schema", catalog: "main", name: "sales" }),
  },
  list_functions: { op: "list_functions", params: () => ({ catalog: "main", schema: "sales" }) },
  list_volumes: { op: "list_volumes", params: () => schema },
  list_warehouses: { op: "list_warehouses", params: () => ({}) },
  get_warehouse: { op: "get_warehouse", params: () => ({ warehouse_id: warehouseId }) },
  start_warehouse: { op: "start_warehouse", params: () => ({ warehouse_id: warehouseId }) },
  stop_warehouse: { op: "stop_warehouse", params: () => ({ warehouse_id: warehouseId }) },
  list_statements: { op: "list_statements", params: () => ({}) },
  list_serving_endpoints: { op: "list_serving_endpoints", params: () => ({}) },
  get_serving_endpoint: { op: "get_serving_endpoint", params: () => ({ endpoint_name: "echo-chat" }) },
  query_serving_endpoint: {
    op: "query_serving_endpoint",
    params: () => ({ endpoint_name: "echo-chat", request: { prompt: "Hello" } }),
  },
  list_genie_spaces: { op: "list_genie_spaces", params: () => ({}) },
  get_genie_space: { op: "get_genie_space", params: () => taxiSpace },
  start_genie_conversation: {
    op: "start_genie_conversation",
    params: () => ({ ...taxiSpace, content: "Why?" }),
  },
  create_genie_message: {
    op: "create_genie_message",
    params: async ({ maker }) => {
      const { message_id: _, ...conversation } = await askTaxi(maker, "Why?");
      return { ...conversation, content: "Why?" };
    },
  },
  get_genie_message: { op: "get_genie_message", params: ({ maker }) => askTaxi(maker, "Why?") },
  watch_genie_message: { op: "watch_genie_message", params: ({ maker }) => askTaxi(maker, "Why?") },
  get_genie_query_result: { op: "get_genie_query_result", params: ({ maker }) => answeredTaxi(maker) },
  list_vector_search_endpoints: { op: "list_vector_search_endpoints", params: () => ({}) },
  get_vector_search_endpoint: {
    op: "get_vector_search_endpoint",
    params: () => ({ endpoint_name: "local-search" }),
  },
  list_vector_search_indexes: {
    op: "list_vector_search_indexes",
    params: () => ({ endpoint_name: "local-search" }),
  },
  get_vector_search_index: { op: "get_vector_search_index", params: () => nationIndex },
  query_vector_search_index: {
    op: "query_vector_search_index",
    params: () => ({ ...nationIndex, columns: ["n_name"], query_text: "foxes" }),
  },
  preview_table: {
    op: "preview_table",
    params: () => ({ catalog: "main", schema: "sales", name: "orders" }),
    struck: onStatement,
  },
  list_directory: { op: "list_directory", params: () => ({ path: files }) },
  list_tree: { op: "list_tree", params: () => ({ path: `${files}/reports` }) },
  file_metadata: { op: "file_metadata", params: aFile },
  read_file: { op: "read_file", params: aFile },
  get_statement: { op: "get_statement", params: aStatement },
  get_statement_result: { op: "get_statement_result", params: aStatement },
  "execute_query (reads)": { op: "execute_query", params: () => ({ sql: "SELECT 1" }), struck: onStatement },
  "execute_query (writes)": { op: "execute_query", params: () => ({ sql: insert }), struck: onStatement },
  "submit_statement (reads)": { op: "submit_statement", params: () => ({ sql: "SELECT 1" }) },
  "submit_statement (writes)": { op: "submit_statement", params: () => ({ sql: insert }) },
  cancel_statement: { op: "cancel_statement", params: aStatement },
  create_volume: {
    op: "create_volume",
    params: () => ({ ...schema, name: fresh("volume") }),
    struck: onVolume("POST"),
  },
  ensure_volume: {
    op: "ensure_volume",
    params: () => ({ ...schema, name: fresh("volume") }),
    struck: onVolume("POST"),
  },
  delete_volume: { op: "delete_volume", params: aVolume, struck: onVolume("DELETE") },
  create_directory: {
    op: "create_directory",
    params: () => ({ path: `${files}/${fresh("directory")}` }),
    struck: { method: "PUT" },
  },
  delete_directory: { op: "delete_directory", params: aDirectory },
  "delete_directory (recursive)": {
    op: "delete_directory",
    params: async (lane) => ({ ...(await aDirectory(lane)), recursive: true }),
    struck: { method: "DELETE" },
    isRepeated: true,
  },
  list_clusters: { op: "list_clusters", params: () => ({}) },
  get_cluster: { op: "get_cluster", params: () => seededCluster },
  list_cluster_events: { op: "list_cluster_events", params: () => seededCluster },
  list_cluster_policies: { op: "list_cluster_policies", params: () => ({}) },
  list_node_types: { op: "list_node_types", params: () => ({}) },
  list_instance_pools: { op: "list_instance_pools", params: () => ({}) },
  list_pipelines: { op: "list_pipelines", params: () => ({}) },
  get_pipeline: { op: "get_pipeline", params: () => seededPipeline },
  list_pipeline_updates: { op: "list_pipeline_updates", params: () => seededPipeline },
  list_pipeline_events: { op: "list_pipeline_events", params: () => seededPipeline },
  list_workspace_objects: { op: "list_workspace_objects", params: () => ({ path: "/Shared" }) },
  get_workspace_object: { op: "get_workspace_object", params: () => seededNotebook },
  export_workspace_object: { op: "export_workspace_object", params: () => seededNotebook },
  list_repos: { op: "list_repos", params: () => ({}) },
  get_repo: { op: "get_repo", params: () => seededRepo },
  list_apps: { op: "list_apps", params: () => ({}) },
  get_app: { op: "get_app", params: () => seededApp },
  list_dashboards: { op: "list_dashboards", params: () => ({}) },
  get_dashboard: { op: "get_dashboard", params: () => seededDashboard },
  get_published_dashboard: { op: "get_published_dashboard", params: () => seededDashboard },
  list_secret_scopes: { op: "list_secret_scopes", params: () => ({}) },
  list_secrets: { op: "list_secrets", params: () => ({ scope: "ingest" }) },
  list_jobs: { op: "list_jobs", params: () => ({}) },
  get_job: { op: "get_job", params: () => ({ job_id: "620093400213" }) },
  list_runs: { op: "list_runs", params: () => ({}) },
  get_run: { op: "get_run", params: ({ maker }) => pendingRun(maker) },
  get_run_output: { op: "get_run_output", params: ({ maker }) => endedTask(maker) },
  watch_run: { op: "watch_run", params: ({ maker }) => skippedRun(maker) },
  ...Object.fromEntries(
    Object.entries({ ...computeMutations, ...jobsMutations, ...workspaceMutations }).map(
      ([name, { op, params, call }]) => [
        name,
        { op, params: ({ maker }: Lane) => params(maker), struck: call },
      ],
    ),
  ),
  ...Object.fromEntries(
    Object.entries(unityCatalogMutations).map(([name, { op, params, call }]) => [
      name,
      {
        op,
        params: ({ maker, workspace }: Lane) =>
          params({ run: (making, given) => maker.run(making, given), origin: () => workspace.url }),
        struck: call,
      },
    ]),
  ),
  delete_file: { op: "delete_file", params: aFile },
  "copy_file (overwrites)": {
    op: "copy_file",
    params: async (lane) => ({ ...(await aCopy(lane)), overwrite: true }),
    struck: { method: "PUT" },
    isLong: true,
  },
  "copy_file (new only)": { op: "copy_file", params: aCopy, struck: { method: "PUT" }, isLong: true },
  move_file: { op: "move_file", params: aCopy, struck: { method: "DELETE" }, isLong: true },
  "write_file (overwrites)": {
    op: "write_file",
    params: () => ({ path: `${files}/${fresh("file")}` }),
    struck: { method: "PUT" },
  },
  "write_file (new only)": {
    op: "write_file",
    params: () => ({ path: `${files}/${fresh("file")}`, overwrite: false }),
    struck: { method: "PUT" },
  },
  "write_file (in parts, new only): a part": {
    op: "write_file",
    params: () => ({ path: `${files}/${fresh("file")}`, overwrite: false }),
    struck: { method: "PUT", path: "/external-files/*" },
    isLarge: true,
  },
  "write_file (in parts, new only): the last call": {
    op: "write_file",
    params: () => ({ path: `${files}/${fresh("file")}`, overwrite: false }),
    struck: theLastCall,
    isLarge: true,
    isLong: true,
  },
  "write_file (in parts, overwrites): the last call": {
    op: "write_file",
    params: () => ({ path: `${files}/${fresh("file")}` }),
    struck: theLastCall,
    isLarge: true,
  },
};

const page = { headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" };
const ran = { afterRun: true } as const;
const soon = { "retry-after": "61" };
const refusal = (error_code: string) => ({ error_code, message: "No." });

/** What strikes the call. The workspace makes it, after it has run the call where it says so. */
const faults: Readonly<Record<string, Fault>> = {
  "400": { status: 400, body: refusal("INVALID_PARAMETER_VALUE") },
  "401": { status: 401, body: { error_code: 401, message: "Credential was not sent." } },
  "403": { status: 403, body: refusal("PERMISSION_DENIED") },
  "404": { status: 404, body: refusal("NOT_FOUND") },
  "408, it ran": { ...ran, status: 408, body: "" },
  "409": { status: 409, body: refusal("RESOURCE_CONFLICT") },
  "429 with Retry-After": { status: 429, headers: soon, body: "" },
  "500, it ran": { ...ran, status: 500, body: "" },
  "501": { status: 501, body: "" },
  "502 and a page, it ran": { ...ran, status: 502, ...page },
  "503 with Retry-After": { status: 503, headers: soon, body: "" },
  "503 without, it ran": { ...ran, status: 503, body: "" },
  "504, it ran": { ...ran, status: 504, body: "" },
  "302 to a login page": { status: 302, headers: { location: "/login.html" }, body: "" },
  "200 and a login page": { status: 200, ...page },
  "202 of a proxy": { status: 202, body: {} },
  "reset before it ran": { noReply: "reset" },
  "reset after it ran": { ...ran, noReply: "reset" },
  "silence before it ran": { noReply: "silent" },
  "silence after it ran": { ...ran, noReply: "silent" },
};

const asServicePrincipal = {
  DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
  DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
  DATABRICKS_HTTP_PATH: warehousePath,
};

/** A gateway that cannot get as far as a call. */
interface Obstructed {
  readonly origin: string;
  readonly start: () => Promise<GatewayUnderTest>;
  /** Serves every operation, since none changes what is in its way. Undefined where the gateway remembers it, and then answers at once. */
  readonly gateway: GatewayUnderTest | undefined;
}
let untrusted: LocalWorkspace;
const loginFaults: Readonly<Record<string, Fault>> = {
  "login service: 404": { status: 404, body: "" },
  "login service: reset": { noReply: "reset" },
  "login service: silence": { noReply: "silent" },
};
let withoutLogin: readonly LocalWorkspace[];
const rude = createServer((socket) => socket.on("error", () => {}).once("data", () => socket.destroy()));
let obstructed: Readonly<Record<string, Obstructed>>;

beforeAll(async () => {
  untrusted = await startWorkspace({ tls: true });
  await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
  const behind = async (origin: string, settings: Settings = withSql, limits = patient) => {
    const start = () => startGateway(origin, settings, limits);
    return { origin, start, gateway: limits === hasty ? undefined : await start() };
  };
  const nowhere = { ...withSql, LOCAL_WORKSPACE: "false" };
  const logins = await Promise.all(
    Object.entries(loginFaults).map(async ([name, fault]) => {
      const workspace = await startSqlWorkspace();
      workspace.addFault({ path: "/oidc/*", ...fault });
      const limits = fault.noReply === "silent" ? hasty : patient;
      return { name, workspace, each: await behind(workspace.url, asServicePrincipal, limits) };
    }),
  );
  withoutLogin = logins.map(({ workspace }) => workspace);
  obstructed = {
    "connection refused": await behind("https://127.0.0.1:9"),
    "no address": await behind("https://no-such-workspace.invalid", nowhere),
    "certificate not trusted": await behind(untrusted.url),
    "broken TLS handshake": await behind(`https://127.0.0.1:${(rude.address() as AddressInfo).port}`),
    ...Object.fromEntries(logins.map(({ name, each }) => [name, each])),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(obstructed).map(async ({ gateway }) => gateway?.close()));
  await Promise.all([untrusted, ...withoutLogin].map((workspace) => workspace.close()));
  rude.close();
});
type Settings = Readonly<Record<string, string>>;

function send(to: GatewayUnderTest, { op, isLarge }: Subject, params: object): Promise<Answer> {
  if (op !== "write_file") return to.run(op, params);
  return to.upload(params, isLarge ? "bytes of a file in parts".padEnd(putBytesMax * 2 + 1) : "some bytes");
}

function cellOf({ status, body }: Answer): string {
  if (status < 400) return String(status);
  if (body.outcome === "unknown") return `${status} unknown`;
  return body.retryable ? `${status} again` : String(status);
}

async function cellBehind(obstacle: Obstructed, subject: Subject, params: object): Promise<string> {
  const gateway = obstacle.gateway ?? (await obstacle.start());
  // A signed id is good for one workspace.
  const cell = cellOf(await send(gateway, subject, withSignedIds(obstacle.origin, params)));
  if (gateway !== obstacle.gateway) await gateway.close();
  return cell;
}

/** The cells of one operation, a column of the table. */
async function columnOf(lane: Lane, subject: Subject): Promise<string[]> {
  const { workspace, gateway, impatient } = lane;
  const made = await subject.params(lane);
  const cells = await Promise.all(Object.values(obstructed).map((each) => cellBehind(each, subject, made)));
  // Only a change uses up what was made for it.
  const params = async () => (definitionOf(subject.op).kind === "query" ? made : subject.params(lane));
  for (const fault of Object.values(faults)) {
    const given = await params();
    const before = workspace.requests().at(-1)?.id ?? 0;
    workspace.addFault({ ...subject.struck, ...fault });
    const to = fault.noReply === "silent" && subject.isLong !== true ? impatient : gateway;
    const answer = await send(to, subject, given);
    workspace.clearFaults();
    cells.push(cellOf(answer));
    checkAnswer(answer, fault);
    const isFinal = fault.headers === soon || (answer.status >= 400 && answer.body.outcome === "unknown");
    if (isFinal && !subject.isRepeated && !subject.isLarge) {
      const sent = workspace.requests().filter((seen) => seen.id > before && isStruck(seen, subject));
      expect([subject.op, fault, sent.length]).toEqual([subject.op, fault, 1]);
    }
  }
  await until(() => !workspace.requests().some(isLeft), "no request is left open");
  workspace.clearRequests();
  return cells;
}

/** What the cell does not say of the answer. */
function checkAnswer({ status, headers, body }: Answer, fault: Fault): void {
  if (status < 400) return;
  if (status === 504) expect(body.error_code).toBe("DEADLINE_EXCEEDED");
  if (body.outcome === "unknown") {
    expect(body.error).toMatch(/may have (taken effect|been deleted)|not known whether|both files exist/);
    expect(body.error).not.toContain("could not be reached");
    expect(headers["retry-after"]).toBeUndefined();
  } else if (fault.headers === soon && status === fault.status) {
    expect(headers["retry-after"]).toBe(soon["retry-after"]);
  }
}

function isStruck({ method, path, thriftMethod }: Seen, { struck = {} }: Subject): boolean {
  const { method: struckMethod = method, path: struckPath = "*" } = struck;
  const isOnPath = struckPath.endsWith("*") ? path.startsWith(struckPath.slice(0, -1)) : path === struckPath;
  return method === struckMethod && isOnPath && thriftMethod === (struck.thriftMethod ?? thriftMethod);
}

test("the fault matrix has every operation of the registry", () => {
  const names = new Set(Object.values(subjects).map(({ op }) => op));
  expect([...names].toSorted()).toEqual(Object.keys(operations).toSorted());
});

test("the fault matrix is as documented, and the request after each fault succeeds", {
  timeout: 1_800_000,
}, async () => {
  const columns = new Map<string, string>();
  const alongOneLane = async (tls: boolean, waiting: [string, Subject][]) => {
    const lane = await openLane({ tls });
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, subject] = next;
      columns.set(name, JSON.stringify(await columnOf(lane, subject)));
      expect([name, (await lane.gateway.run("me")).status]).toEqual([name, 200]);
    }
    await closeLane(lane);
  };
  const { sql = [], rest = [] } = Object.groupBy(Object.entries(subjects), ([, { struck }]) =>
    struck?.thriftMethod === undefined ? "rest" : "sql",
  );
  await Promise.all([
    alongOneLane(true, sql),
    ...Array.from({ length: lanes }, () => alongOneLane(false, rest)),
  ]);
  const rows = [...Object.keys(obstructed), ...Object.keys(faults)];
  const file = "../../../docs/reliability.md";
  const text = await readFile(join(import.meta.dirname, file), "utf8");
  const [before = ""] = text.split(heading, 1);
  const inOrder = Map.groupBy(Object.keys(subjects), (name) => String(columns.get(name)));
  await expect(before + tableOf(rows, inOrder)).toMatchFileSnapshot(file);
});

/** Of the last part of docs/reliability.md, which this test writes with `vitest run <this file> --update`. */
const heading = "## The fault matrix\n";

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function tableOf(rows: readonly string[], operationsOf: ReadonlyMap<string, readonly string[]>): string {
  const columns = [...operationsOf].map(([cells, names], index) => ({
    letter: String.fromCharCode(65 + index),
    names,
    cells: JSON.parse(cells) as string[],
  }));
  return [
    heading,
    "What a caller of the gateway gets for every operation and every kind of fault that strikes its call to Databricks. A test",
    "runs all of it and keeps this part true (`apps/databricks-gateway/test/fault-matrix.test.ts`). Afterwards no request and",
    "no statement is open at Databricks, and the next request is fine.",
    "",
    "**again**: `retryable` is true. **unknown**: `outcome` is `unknown`, and `retryable` false. Neither: sending the",
    "same again does not help. A 504 comes at the deadline; a failure that [may be repeated](#retries) comes when that was done; everything else",
    "comes at once.",
    "",
    ...columns.map(
      ({ letter, names }) => `- **${letter}**: ${names.map((name) => `\`${name}\``).join(", ")}`,
    ),
    "",
    line(["fault", ...columns.map(({ letter }) => letter)]),
    line(["---", ...columns.map(() => "---")]),
    ...rows.map((row, index) => line([row, ...columns.map(({ cells }) => cells[index] ?? "")])),
    "",
  ].join("\n");
}
