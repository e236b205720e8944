import type { LocalWorkspace } from "@front-door/local-workspace";
import { type OperationName, operations } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { currentAuth } from "../src/auth/auth-context.ts";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  type RunOptions,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { computeCases } from "./operations/compute-cases.ts";
import { genieCases } from "./operations/genie-cases.ts";
import { jobsCases } from "./operations/jobs-cases.ts";
import { listedCases, reposCases } from "./operations/listed-cases.ts";
import type { OperationCase } from "./operations/operation-case.ts";
import { pipelinesCases } from "./operations/pipelines-cases.ts";
import { servingCases } from "./operations/serving-cases.ts";
import { sqlCases } from "./operations/sql-cases.ts";
import { unityCatalogCases } from "./operations/unity-catalog-cases.ts";
import { vectorSearchCases } from "./operations/vector-search-cases.ts";
import { workspaceCases } from "./operations/workspace-cases.ts";
import { warehouseId } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** The same, but every operation has 150 ms. */
let hasty: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  hasty = await startGateway(workspace.url, undefined, { limits: { timeoutMs: 150 } });
});
afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.log.length = 0;
});
afterEach(() => workspace.clearFaults());

const files = "/Volumes/main/default/files";
let serial = 0;

function fresh(kind: string): string {
  serial += 1;
  return `${kind}-${serial}`;
}

async function freshFile(): Promise<{ path: string }> {
  const path = `${files}/${fresh("file")} #?%ü.txt`;
  await gateway.upload({ path }, "content");
  return { path };
}

async function freshCopy(): Promise<object> {
  const { path } = await freshFile();
  return { source_path: path, destination_path: `${files}/copies/${fresh("copy")} #?%.txt` };
}

async function freshDirectory(): Promise<{ path: string }> {
  const path = `${files}/${fresh("dir")}`;
  await gateway.run("create_directory", { path });
  return { path };
}

async function freshVolume(): Promise<object> {
  const params = { catalog: "main", schema: "default", name: fresh("volume") };
  await gateway.run("create_volume", params);
  return params;
}

// Operations on SQL need a workspace with TLS. Their tests are in files of their own.
const sqlOperations = [
  "execute_query",
  "submit_statement",
  "get_statement",
  "get_statement_result",
  "cancel_statement",
  "preview_table",
] as const;
type SqlOperation = (typeof sqlOperations)[number];

const cases: Record<Exclude<OperationName, "write_file" | SqlOperation>, OperationCase> = {
  ...computeCases,
  ...jobsCases,
  ...pipelinesCases,
  ...genieCases,
  ...servingCases,
  ...vectorSearchCases,
  ...workspaceCases,
  ...listedCases,
  ...reposCases,
  me: { params: () => ({}), expected: { user_name: "alice@example.com" }, bad: { x: 1 }, field: "x" },
  list_catalogs: {
    params: () => ({}),
    expected: { catalogs: expect.arrayContaining([expect.objectContaining({ name: "main" })]) },
    bad: { max_results: 0 },
    field: "max_results",
  },
  get_catalog: {
    params: () => ({ name: "main" }),
    expected: { name: "main", catalog_type: "MANAGED_CATALOG" },
    bad: { name: "a.b" },
    field: "name",
    missing: { name: "nowhere" },
    missingCode: "CATALOG_DOES_NOT_EXIST",
    forbidden: { name: "finance" },
  },
  list_schemas: {
    params: () => ({ catalog: "main" }),
    expected: { schemas: expect.arrayContaining([expect.objectContaining({ full_name: "main.sales" })]) },
    bad: { catalog: "" },
    field: "catalog",
    missing: { catalog: "nowhere" },
    missingCode: "CATALOG_DOES_NOT_EXIST",
    forbidden: { catalog: "finance" },
  },
  get_schema: {
    params: () => ({ catalog: "main", name: "sales" }),
    expected: { full_name: "main.sales", catalog_name: "main" },
    bad: { catalog: "main", name: ".." },
    field: "name",
    missing: { catalog: "main", name: "nowhere" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "finance", name: "reports" },
  },
  list_tables: {
    params: () => ({ catalog: "main", schema: "sales" }),
    expected: {
      tables: expect.arrayContaining([expect.objectContaining({ full_name: "main.sales.orders" })]),
    },
    bad: { catalog: "main", schema: "a b" },
    field: "schema",
    missing: { catalog: "main", schema: "nowhere" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "finance", schema: "reports" },
  },
  list_functions: {
    params: () => ({ catalog: "main", schema: "sales" }),
    expected: {
      functions: [
        {
          full_name: "main.sales.net_amount",
          return_type: "DECIMAL",
          return_type_text: "DECIMAL(10,2)",
          parameters: [
            { name: "gross", type: expect.any(String), type_text: expect.any(String), position: 0 },
            { name: "tax_rate", type: expect.any(String), type_text: expect.any(String), position: 1 },
          ],
          routine_body: "SQL",
        },
        { name: "slug", routine_body: "EXTERNAL", external_language: "Python" },
      ],
    },
    bad: { catalog: "main", schema: "a.b" },
    field: "schema",
    missing: { catalog: "main", schema: "nowhere" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "finance", schema: "reports" },
  },
  get_table: {
    params: () => ({ catalog: "main", schema: "sales", name: "orders" }),
    expected: { full_name: "main.sales.orders", table_type: "MANAGED" },
    bad: { catalog: "main", schema: "sales" },
    field: "name",
    missing: { catalog: "main", schema: "sales", name: "nowhere" },
    missingCode: "TABLE_DOES_NOT_EXIST",
    forbidden: { catalog: "finance", schema: "reports", name: "nowhere" },
  },
  list_volumes: {
    params: () => ({ catalog: "main", schema: "default" }),
    expected: { volumes: expect.arrayContaining([expect.objectContaining({ name: "files" })]) },
    bad: { catalog: "main", schema: "default", max_results: 1001 },
    field: "max_results",
    missing: { catalog: "main", schema: "nowhere" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "finance", schema: "reports" },
  },
  create_volume: {
    params: () => ({ catalog: "main", schema: "default", name: fresh("created"), comment: "why" }),
    expected: { volume_type: "MANAGED", comment: "why" },
    bad: { catalog: "main", schema: "default", name: "a/b" },
    field: "name",
    missing: { catalog: "main", schema: "nowhere", name: "x" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "main", schema: "default", name: "x" },
  },
  ensure_volume: {
    params: () => ({ catalog: "main", schema: "default", name: fresh("ensured") }),
    expected: { created: true, volume: { catalog_name: "main" } },
    bad: { catalog: "main", schema: "default", name: "" },
    field: "name",
    missing: { catalog: "main", schema: "nowhere", name: "x" },
    missingCode: "SCHEMA_DOES_NOT_EXIST",
    forbidden: { catalog: "main", schema: "default", name: "x" },
  },
  delete_volume: {
    params: freshVolume,
    expected: {},
    bad: { catalog: "main", schema: "default" },
    field: "name",
    missing: { catalog: "main", schema: "default", name: "nowhere" },
    missingCode: "VOLUME_DOES_NOT_EXIST",
    forbidden: { catalog: "main", schema: "default", name: "files" },
  },
  create_directory: {
    params: () => ({ path: `${files}/${fresh("made")}/in depth` }),
    expected: { created: true },
    bad: { path: `${files}/../x` },
    field: "path",
    missing: { path: "/Volumes/main/default/nowhere/x" },
    missingCode: "NOT_FOUND",
    forbidden: { path: `${files}/forbidden` },
  },
  list_directory: {
    params: () => ({ path: `${files}/reports` }),
    expected: { contents: [{ name: "2026", path: `${files}/reports/2026`, is_directory: true }] },
    bad: { path: "/tmp" },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: "/Volumes/finance/reports/statements" },
  },
  list_tree: {
    params: freshDirectory,
    expected: /^\{"complete":true,"entry_count":0\}\n$/,
    bad: { path: `${files}/..` },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: "/Volumes/finance/reports/statements" },
  },
  delete_directory: {
    params: freshDirectory,
    expected: { deleted: 1 },
    bad: { path: files, recursive: true },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: `${files}/reports/2026`, recursive: true },
  },
  file_metadata: {
    params: freshFile,
    expected: { file_size: 7, etag: expect.stringMatching(/^W\/"7-[0-9a-f]+"$/) },
    bad: { path: `${files}/%2e%2e/x` },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: "/Volumes/finance/reports/statements/x" },
  },
  read_file: {
    params: freshFile,
    expected: /^content$/,
    bad: { path: files },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: "/Volumes/finance/reports/statements/x" },
  },
  copy_file: {
    params: freshCopy,
    expected: { file_size: 7, created: true },
    bad: { source_path: `${files}/a`, destination_path: `${files}/a`, overwrite: true },
    field: "destination_path",
    missing: { source_path: `${files}/nowhere`, destination_path: `${files}/copy` },
    missingCode: "NOT_FOUND",
    forbidden: { source_path: `${files}/README.txt`, destination_path: `${files}/forbidden` },
  },
  move_file: {
    params: freshCopy,
    expected: { file_size: 7, created: true },
    bad: { source_path: `${files}/a/`, destination_path: `${files}/b` },
    field: "source_path",
    missing: { source_path: `${files}/nowhere`, destination_path: `${files}/moved` },
    missingCode: "NOT_FOUND",
    forbidden: { source_path: `${files}/README.txt`, destination_path: `${files}/forbidden` },
  },
  delete_file: {
    params: freshFile,
    expected: {},
    bad: { path: `${files}/x/` },
    field: "path",
    missing: { path: `${files}/nowhere` },
    missingCode: "NOT_FOUND",
    forbidden: { path: `${files}/README.txt` },
  },
  list_warehouses: {
    params: () => ({}),
    expected: {
      warehouses: expect.arrayContaining([expect.objectContaining({ name: "Starter Warehouse" })]),
    },
    bad: { page_token: "x" },
    field: "page_token",
  },
  get_warehouse: {
    params: () => ({ warehouse_id: warehouseId }),
    expected: { id: warehouseId, name: "Starter Warehouse", state: "RUNNING" },
    bad: { warehouse_id: "a/b" },
    field: "warehouse_id",
    missing: { warehouse_id: "nowhere" },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
  },
  start_warehouse: {
    params: () => ({ warehouse_id: warehouseId }),
    expected: {},
    bad: { warehouse_id: ".." },
    field: "warehouse_id",
    missing: { warehouse_id: "nowhere" },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
  },
  stop_warehouse: {
    params: () => ({ warehouse_id: "b2c3d4e5f6071829" }),
    expected: {},
    bad: {},
    field: "warehouse_id",
    missing: { warehouse_id: "nowhere" },
    missingCode: "RESOURCE_DOES_NOT_EXIST",
  },
  list_statements: {
    params: () => ({}),
    expected: { statements: [] },
    bad: { page_token: "" },
    field: "page_token",
  },
  ...sqlCases,
  ...unityCatalogCases({ run: (op, params) => gateway.run(op, params), origin: () => workspace.url }),
};

const freshPath = () => `${files}/${fresh("upload")}.bin`;
const volumeNamed = (name: string) => ({ catalog: "main", schema: "default", name });
async function plant(root: string, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      gateway.upload({ path: `${root}/${index % 3 === 0 ? "a/b" : `c%${index % 5}`}/${index} #.txt` }, "x"),
    ),
  );
}

const upload = (params: object, options?: RunOptions) => gateway.upload(params, "some bytes", options);

// What it returns after each failure of Databricks: fault-matrix.test.ts.
describe.each(Object.entries(cases))("%s", (op, one) => {
  test("succeeds", async () => {
    const answer = await gateway.run(op, await one.params(gateway));
    expect(answer.status).toBe(200);
    if (one.expected instanceof RegExp) expect(answer.text).toMatch(one.expected);
    else expect(answer.body).toMatchObject(one.expected);
  });

  test("refuses bad input before it asks Databricks, and names the field", async () => {
    const answer = await gateway.run(op, one.bad);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      error_code: "INVALID_PARAMETER_VALUE",
      details: expect.arrayContaining([expect.objectContaining({ field: one.field })]),
    });
    expect(workspace.requests()).toEqual([]);
  });

  test.runIf(one.missing)("returns Databricks' 404 for what does not exist", async () => {
    const answer = await gateway.run(op, one.missing ?? {});
    expect([answer.status, errorOf(answer).error_code]).toEqual([404, one.missingCode]);
  });

  test.runIf(one.forbidden)("returns Databricks' refusal to an identity without the right", async () => {
    const { forbidden = {} } = one;
    const params = typeof forbidden === "function" ? await forbidden(gateway) : forbidden;
    workspace.clearRequests();
    const answer = await gateway.run(op, params, { token: tokenOf.bob });
    // Databricks hides some of what an identity may not see.
    expect([403, 404]).toContain(answer.status);
    expect(workspace.requests().every(({ principal }) => principal === "bob@example.com")).toBe(true);
  });

  test("ends its call to Databricks when the caller hangs up", async () => {
    const params = await one.params(gateway);
    workspace.clearRequests();
    workspace.addFault({ delayMs: 5_000 });
    const controller = new AbortController();
    const call = gateway.run(op, params, { signal: controller.signal });
    await until(() => workspace.openRequests() === 1, "the request to Databricks is there");
    controller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await until(() => workspace.openRequests() === 0, "the request to Databricks is ended");
    await until(
      () => gateway.log.some((line) => line["status"] === 499 && line["op"] === op),
      "499 in the log",
    );
    expect(currentAuth()).toBeUndefined();
  });
});

describe("a warehouse", () => {
  test("starts and stops with one call each, and its state says so", async () => {
    const id = "b2c3d4e5f6071829";
    const state = async () => (await gateway.run("get_warehouse", { warehouse_id: id })).body.state;
    for (const [op, after] of [
      ["start_warehouse", "RUNNING"],
      ["stop_warehouse", "STOPPED"],
    ] as const) {
      workspace.clearRequests();
      expect((await gateway.run(op, { warehouse_id: id })).body).toEqual({});
      expect(workspace.requests().map(({ method, path }) => [method, path])).toEqual([
        ["POST", `/api/2.0/sql/warehouses/${id}/${op.split("_", 1)[0]}`],
      ]);
      expect(await state()).toBe(after);
    }
  });
});

describe("list_tables", () => {
  test("leaves the columns out if it is asked to", async () => {
    const params = { catalog: "main", schema: "sales" };
    const columns = async (more: object) =>
      (await gateway.run("list_tables", { ...params, ...more })).body.tables[0].columns;
    expect(await columns({ omit_columns: true })).toBeUndefined();
    expect(await columns({})).toEqual(expect.arrayContaining([expect.objectContaining({ position: 0 })]));
  });
});

describe("every operation", () => {
  test("has a case here", () => {
    expect([...Object.keys(cases), "write_file", ...sqlOperations].toSorted()).toEqual(
      Object.keys(operations).toSorted(),
    );
  });
});

describe("write_file", () => {
  test("stores the bytes and counts them", async () => {
    const target = freshPath();
    const bytes = Buffer.alloc(300_000, "0123456789");
    expect((await gateway.upload({ path: target }, bytes)).body).toEqual({
      path: target,
      file_size: 300_000,
      created: true,
    });
    expect((await gateway.run("read_file", { path: target })).text).toBe(bytes.toString());
    expect((await gateway.upload({ path: target }, "shorter")).body).toMatchObject({
      file_size: 7,
      created: false,
    });
    expect((await gateway.run("read_file", { path: target })).text).toBe("shorter");
  });

  test("stores an empty file", async () => {
    expect((await gateway.upload({ path: freshPath() }, "")).body).toMatchObject({
      file_size: 0,
      created: true,
    });
  });

  test("without overwrite sends only the PUT, and returns 409 if the file exists", async () => {
    const target = freshPath();
    const once = await gateway.upload({ path: target, overwrite: false }, "one");
    expect(once.body).toMatchObject({ created: true });
    expect(workspace.requests().map(({ method }) => method)).toEqual(["PUT"]);
    const twice = await gateway.upload({ path: target, overwrite: false }, "two");
    expect([twice.status, errorOf(twice).error_code]).toEqual([409, "ALREADY_EXISTS"]);
  });

  test("returns Databricks' answer to a missing volume, a missing permission and too many requests", async () => {
    const missing = await upload({ path: "/Volumes/main/default/nowhere/x" });
    expect(missing.status).toBe(404);
    const forbidden = await upload({ path: `${files}/forbidden` }, { token: tokenOf.bob });
    expect(forbidden.status).toBe(403);
    workspace.addFault({ method: "PUT", status: 429, body: "" });
    const throttled = await upload({ path: freshPath() });
    expect([throttled.status, throttled.headers["retry-after"]]).toEqual([429, "1"]);
  });

  test("ends with 504 when Databricks does not answer", async () => {
    workspace.addFault({ method: "PUT", delayMs: 5_000 });
    const answer = await hasty.upload({ path: freshPath() }, "x");
    expect(answer.status).toBe(504);
    await until(() => workspace.openRequests() === 0, "the upload is ended");
  });
});

describe("ensure_volume", () => {
  test("returns the existing volume, also to a caller who may not create one", async () => {
    const answer = await gateway.run("ensure_volume", volumeNamed("files"), { token: tokenOf.bob });
    expect(answer.body).toMatchObject({ created: false, volume: { name: "files" } });
  });

  test("finds the volume that Unity Catalog created in lower case from a mixed-case name", async () => {
    const name = fresh("Mixed");
    expect((await gateway.run("ensure_volume", volumeNamed(name))).body).toMatchObject({
      created: true,
      volume: { name: name.toLowerCase() },
    });
    expect((await gateway.run("ensure_volume", volumeNamed(name))).body).toMatchObject({ created: false });
  });

  test("creates the volume once when many ask for it at once", async () => {
    const name = fresh("raced");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => gateway.run("ensure_volume", volumeNamed(name))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(answers.filter(({ body }) => body.created)).toHaveLength(1);
  });
});

describe("delete_directory", () => {
  test("recursive deletes everything from the leaves up, and counts it", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 30);
    const answer = await gateway.run("delete_directory", { path: root, recursive: true });
    // 30 files; a, a/b and five of c; itself.
    expect(answer.body).toEqual({ deleted: 30 + 7 + 1 });
    expect((await gateway.run("list_directory", { path: root })).status).toBe(404);
  });

  test("recursive keeps at most five deletions open", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 24);
    workspace.addFault({ method: "DELETE", delayMs: 20 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, workspace.openRequests());
    }, 2);
    await gateway.run("delete_directory", { path: root, recursive: true });
    clearInterval(watch);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
  });

  test("recursive waits as long as Retry-After says when Databricks is too busy", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 3);
    workspace.addFault({ method: "DELETE", times: 1, status: 503, headers: { "retry-after": "1" } });
    const startedAt = performance.now();
    const answer = await gateway.run("delete_directory", { path: root, recursive: true });
    expect(answer.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test("recursive gives up waiting at its deadline", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 3);
    workspace.addFault({ method: "DELETE", status: 429, headers: { "retry-after": "60" } });
    expect((await hasty.run("delete_directory", { path: root, recursive: true })).status).toBe(504);
  });

  test("recursive goes on after empty pages", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 4);
    workspace.addFault({ method: "GET", emptyPages: 2 });
    expect((await gateway.run("delete_directory", { path: root, recursive: true })).status).toBe(200);
  });

  test("without recursive refuses a directory that is not empty, with Databricks' reason", async () => {
    const root = `${files}/${fresh("tree")}`;
    await plant(root, 1);
    const answer = await gateway.run("delete_directory", { path: root });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).details).toContainEqual(
      expect.objectContaining({
        reason: "FILES_API_DIRECTORY_IS_NOT_EMPTY",
        domain: "filesystem.databricks.com",
      }),
    );
  });
});

describe("create_directory", () => {
  test("says whether it created the directory", async () => {
    const path = `${files}/${fresh("made")}`;
    const created = async () => (await gateway.run("create_directory", { path })).body.created;
    expect([await created(), await created()]).toEqual([true, false]);
  });

  test("returns 409 where a file has the name", async () => {
    const answer = await gateway.run("create_directory", await freshFile());
    expect(answer.status).toBe(409);
  });
});

describe("a failing connection", () => {
  const scimMe = "/api/2.0/preview/scim/v2/Me";

  test("a query is repeated once if its connection breaks before any reply", async () => {
    workspace.addFault({ path: scimMe, times: 1, cutRequestAfterBytes: 0 });
    expect((await gateway.run("me")).status).toBe(200);
    expect(workspace.requests()).toHaveLength(2);
    workspace.clearRequests();
    workspace.addFault({ path: scimMe, times: 2, cutRequestAfterBytes: 0 });
    const answer = await gateway.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    expect(workspace.requests()).toHaveLength(2);
  });

  test("a mutation is not repeated if its connection breaks", async () => {
    workspace.addFault({ method: "POST", cutRequestAfterBytes: 0 });
    const params = { catalog: "main", schema: "default", name: fresh("once") };
    expect((await gateway.run("create_volume", params)).status).toBe(502);
    expect(workspace.requests()).toHaveLength(1);
  });

  test("a reply that breaks off becomes 502, not half a result", async () => {
    workspace.addFault({ path: scimMe, cutAfterBytes: 20 });
    const answer = await gateway.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  });

  test("a workspace that cannot be reached becomes 502, without its address", async () => {
    const orphan = await startGateway("http://127.0.0.1:9");
    const answer: Answer = await orphan.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    expect(answer.text).not.toContain("127.0.0.1");
    await orphan.close();
  });
});
