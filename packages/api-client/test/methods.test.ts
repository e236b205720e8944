import { endless, type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { definitionOf, isOperationName } from "@front-door/operations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Operations, operations } from "../src/generated/operations.gen.ts";
import { createClient, type FrontDoor, FrontDoorError } from "../src/index.ts";
import { allOf } from "./all-of.ts";
import { allTypesSql } from "./all-types-sql.ts";

let stack: Stack;
let frontDoor: FrontDoor;
beforeAll(async () => {
  stack = await startStack();
  frontDoor = createClient({ baseUrl: stack.url });
});
afterAll(() => stack.close());

const schema = { catalog: "main", schema: "default" };
const submitted = async () =>
  (await frontDoor.runStatement({ sql: "SELECT 1 AS a" }, { pollMs: 10 })).statement_id;

const firstWarehouse = async () => (await frontDoor.listWarehouses()).warehouses[0]?.id ?? "";

/** Each calls its method and returns something that only the right reply has. */
const cases: Readonly<Partial<Record<keyof Operations, () => PromiseLike<unknown>>>> = {
  me: () => frontDoor.me(),
  listCatalogs: () => frontDoor.listCatalogs(),
  getCatalog: () => frontDoor.getCatalog({ name: "main" }),
  listSchemas: () => frontDoor.listSchemas({ catalog: "main" }),
  getSchema: () => frontDoor.getSchema({ catalog: "main", name: "default" }),
  listTables: () => frontDoor.listTables({ catalog: "samples", schema: "nyctaxi" }),
  getTable: () => frontDoor.getTable({ catalog: "samples", schema: "nyctaxi", name: "trips" }),
  listFunctions: () => frontDoor.listFunctions({ catalog: "main", schema: "sales" }),
  listVolumes: () => frontDoor.listVolumes(schema),
  ensureVolume: () => frontDoor.ensureVolume({ ...schema, name: "made" }),
  deleteVolume: async () => {
    await frontDoor.ensureVolume({ ...schema, name: "unwanted" });
    return frontDoor.deleteVolume({ ...schema, name: "unwanted" });
  },
  createDirectory: () => frontDoor.createDirectory({ path: `${volume}/made/in/depth` }),
  listDirectory: () => frontDoor.listDirectory({ path: volume }),
  deleteDirectory: async () => {
    await frontDoor.createDirectory({ path: `${volume}/unwanted` });
    return frontDoor.deleteDirectory({ path: `${volume}/unwanted`, recursive: true });
  },
  deleteFile: async () => {
    await frontDoor.upload(`${volume}/unwanted.txt`, "x");
    return frontDoor.deleteFile({ path: `${volume}/unwanted.txt` });
  },
  listTree: () => frontDoor.listTree({ path: volume }).all(),
  copyFile: async () => {
    await frontDoor.upload(`${volume}/original.txt`, "x");
    return frontDoor.copyFile({
      source_path: `${volume}/original.txt`,
      destination_path: `${volume}/copy.txt`,
    });
  },
  moveFile: async () => {
    await frontDoor.upload(`${volume}/here.txt`, "x");
    return frontDoor.moveFile({ source_path: `${volume}/here.txt`, destination_path: `${volume}/there.txt` });
  },
  previewTable: () =>
    frontDoor.previewTable({ catalog: "samples", schema: "nyctaxi", name: "trips", row_limit: 2 }),
  listStatements: () => frontDoor.listStatements(),
  getWarehouse: async () => frontDoor.getWarehouse({ warehouse_id: await firstWarehouse() }),
  startWarehouse: async () => frontDoor.startWarehouse({ warehouse_id: await firstWarehouse() }),
  stopWarehouse: async () => frontDoor.stopWarehouse({ warehouse_id: await firstWarehouse() }),
  executeQuery: () => frontDoor.executeQuery({ sql: "SELECT :a AS a", params: { a: 1 } }),
  submitStatement: () => frontDoor.submitStatement({ sql: "SELECT 1" }),
  getStatement: async () => frontDoor.getStatement({ statement_id: await submitted() }),
  getStatementResult: async () => frontDoor.getStatementResult({ statement_id: await submitted() }),
  cancelStatement: async () => frontDoor.cancelStatement({ statement_id: await submitted() }),
  listWarehouses: () => frontDoor.listWarehouses(),
  putUcSchema: () => frontDoor.putUcSchema({ schema: "main.default" }),
  getUcSchema: () => frontDoor.getUcSchema(),
  getSession: () => frontDoor.getSession(),
  endSession: () => frontDoor.endSession(),
  createChatCompletion: () =>
    frontDoor.createChatCompletion({ model: "echo-chat", messages: [{ role: "user", content: "Hello" }] }),
  createCompletion: () => frontDoor.createCompletion({ model: "echo-chat", prompt: "Hello" }),
  createEmbedding: () => frontDoor.createEmbedding({ model: "hash-embedding", input: "Hello" }),
  queryServingEndpoint: () =>
    frontDoor.queryServingEndpoint({
      endpoint_name: "echo-chat",
      messages: [{ role: "user", content: "Hello" }],
    }),
  health: () => frontDoor.health(),
  ready: () => frontDoor.ready({ deep: true }),
  openapi: () => frontDoor.openapi(),
};

const replies: Partial<Record<keyof Operations, unknown>> = {
  getCatalog: { name: "main" },
  getSchema: { full_name: "main.default" },
  getTable: { full_name: "samples.nyctaxi.trips" },
  listVolumes: { volumes: expect.arrayContaining([expect.objectContaining({ name: "files" })]) },
  ensureVolume: { created: true, volume: { name: "made" } },
  createDirectory: { created: true },
  executeQuery: { rows: [[1]], row_count: 1, truncated: false },
  getStatement: { state: "SUCCEEDED" },
  getStatementResult: { rows: [[1]], row_count: 1, chunk: 0 },
  previewTable: { columns: expect.arrayContaining([expect.objectContaining({ name: "fare_amount" })]) },
  copyFile: { path: `${volume}/copy.txt`, file_size: 1 },
  moveFile: { path: `${volume}/there.txt`, file_size: 1 },
  getWarehouse: { name: expect.any(String) },
  health: { status: "ok" },
  ready: { status: "ready" },
  openapi: { openapi: expect.stringMatching(/^3\.1/) },
};

describe("every operation of the API document", () => {
  it.each(Object.entries(cases))("is a method: %s", async (name, call) => {
    const reply = await call();
    if (operations[name as keyof Operations].method === "DELETE") expect(reply).toBeUndefined();
    else expect(reply).toMatchObject(replies[name as keyof Operations] ?? {});
  });

  const others = (Object.keys(operations) as (keyof Operations)[]).filter((name) => !(name in cases));
  it.each(others)("is a method, which sends the parameters to its operation: %s", async (name) => {
    const operation = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!isOperationName(operation)) throw new Error(`${name} needs a case`);
    const params = definitionOf(operation).examples[0]?.params as never;
    // What the example names need not exist. The contract has found no fault with the request.
    const sent: object = frontDoor[name](params);
    const reply = "all" in sent && typeof sent.all === "function" ? sent.all() : sent;
    await Promise.resolve(reply).catch((error: unknown) => {
      expect(error).toBeInstanceOf(FrontDoorError);
      expect((error as FrontDoorError).code).not.toMatch(
        /^(INVALID_PARAMETER_VALUE|NOT_FOUND|METHOD_NOT_ALLOWED)$/,
      );
    });
    await expect.poll(() => stack.log.api.at(-1)).toMatchObject({ op: operation });
  });
});

describe("a list", () => {
  it("has every entry of every page, and is not sent before it is read", async () => {
    const path = `${volume}/many`;
    for (let index = 0; index < 7; index++) await frontDoor.upload(`${path}/${index}.txt`, "x");
    stack.workspace.clearRequests();
    const list = frontDoor.listDirectory({ path, max_results: 3 });
    await Promise.resolve();
    expect(stack.workspace.requests()).toEqual([]);
    expect((await list.all()).map(({ name }) => name).toSorted()).toEqual(
      Array.from({ length: 7 }, (_, index) => `${index}.txt`),
    );
    const pages = await allOf(list.pages());
    expect(pages.map((page) => page.contents?.length)).toEqual([3, 3, 1]);
    for await (const entry of list) {
      expect(entry.is_directory).toBe(false);
      break;
    }
    expect((await list).next_page_token).toBeDefined();
  });
});

describe("a query", () => {
  it("has the same exact rows as a document, as a stream and as objects", async () => {
    const { rows, columns } = await frontDoor.executeQuery({ sql: allTypesSql });
    expect(rows[1]?.[4]).toBe("-9223372036854775808");
    expect(await allOf(frontDoor.executeQuery({ sql: allTypesSql }))).toEqual(rows);
    const stream = await frontDoor.executeQuery({ sql: allTypesSql }).stream();
    expect(stream.columns).toEqual(columns);
    expect((await allOf(stream.batches())).flat()).toEqual(rows);
    expect(stream.summary).toEqual({ row_count: 3, truncated: false });
    const [first] = await allOf(frontDoor.executeQuery({ sql: allTypesSql }).objects());
    expect(first).toEqual(Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]?.[index]])));
  });

  it("has typed rows", async () => {
    const sql = "SELECT id, CAST(id AS STRING) AS text FROM range(0, 3)";
    const seen: [number, string][] = [];
    for await (const [id, text] of frontDoor.executeQuery<[number, string]>({ sql })) seen.push([id, text]);
    expect(seen).toEqual([0, 1, 2].map((id) => [id, String(id)]));
    for await (const row of frontDoor.executeQuery({ sql }).objects<{ id: number; text: string }>()) {
      expect(row.text).toBe(String(row.id));
    }
  });

  it("gives no objects if two columns have the same name", async () => {
    const objects = frontDoor.executeQuery({ sql: "SELECT 1 AS a, 2 AS a" }).objects();
    await expect(objects.next()).rejects.toThrow('Two columns are named "a"');
  });

  it("is cancelled at Databricks by whoever stops reading", async () => {
    for await (const _row of frontDoor.executeQuery({ sql: "SELECT id FROM range(0, 50000000)" })) break;
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });

  it("says that the row limit left out some rows", async () => {
    const stream = await frontDoor.executeQuery({ sql: "SELECT id FROM range(0, 9)", row_limit: 2 }).stream();
    expect(await allOf(stream)).toEqual([[0], [1]]);
    expect(stream.summary).toEqual({ row_count: 2, truncated: true });
  });
});

describe("a statement", () => {
  it("is waited for", async () => {
    const states: string[] = [];
    const statement = await frontDoor.runStatement(
      { sql: "SELECT 1 AS a" },
      { pollMs: 10, onState: ({ state }) => states.push(state) },
    );
    expect([statement.state, statement.columns?.[0]?.name, states.at(-1)]).toEqual([
      "SUCCEEDED",
      "a",
      "SUCCEEDED",
    ]);
  });

  it("that fails throws its message, error class and SQLSTATE, and the id of a request in the logs", async () => {
    const failing = frontDoor.runStatement({ sql: "SELECT * FROM main.default.nothing" }, { pollMs: 10 });
    await expect(failing).rejects.toMatchObject({
      code: "STATEMENT_FAILED",
      retryable: false,
      requestId: expect.stringMatching(/^[\w-]+$/),
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND", sql_state: "42P01" }],
    });
    const named = { pollMs: 10, requestId: "one-run" };
    await expect(
      frontDoor.runStatement({ sql: "SELECT * FROM main.default.nothing" }, named),
    ).rejects.toMatchObject({
      requestId: "one-run",
    });
  });

  it("is cancelled at Databricks by an abort", async () => {
    const controller = new AbortController();
    const running = frontDoor.runStatement(
      { sql: endless },
      { pollMs: 10, signal: controller.signal, onState: () => controller.abort(new Error("enough")) },
    );
    await expect(running).rejects.toThrow("enough");
    expect(stack.workspace.requests().at(-1)?.path).toMatch(/\/cancel$/);
  });
});

/** A client that calls this as soon as a reply to a submitted statement begins. */
function submitting(then: () => void) {
  return createClient({
    baseUrl: stack.url,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (typeof url === "string" && url.endsWith("/api/statements")) then();
      return response;
    },
  });
}

describe("an abort while a statement is submitted", () => {
  it("cancels it at Databricks too", async () => {
    const controller = new AbortController();
    const client = submitting(() => controller.abort(new Error("enough")));
    await expect(client.runStatement({ sql: endless }, { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(stack.workspace.requests().at(-1)?.path).toMatch(/\/cancel$/);
  });

  it("ends the wait for another attempt, and submits nothing more", async () => {
    stack.workspace.addFault({
      path: "/api/2.0/sql/statements",
      status: 429,
      headers: { "retry-after": "20" },
      body: {},
    });
    const controller = new AbortController();
    let attempts = 0;
    const client = submitting(() => {
      attempts++;
      setImmediate(() => controller.abort(new Error("enough")));
    });
    await expect(client.runStatement({ sql: endless }, { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    await expect(client.runStatement({ sql: endless }, { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect(attempts).toBe(1);
    stack.workspace.clearFaults();
  });
});

describe("a caller", () => {
  it("runs as the user of its token, which is asked for each request", async () => {
    let asked = 0;
    const token = async () => {
      asked++;
      return tokens.bob;
    };
    const asBob = createClient({ baseUrl: `${stack.url}/`, token });
    expect(JSON.stringify(await asBob.me())).toContain("bob@example.com");
    await asBob.me();
    expect(asked).toBe(2);
  });

  it("sends its headers and names its requests", async () => {
    const named = createClient({
      baseUrl: stack.url,
      headers: () => ({ authorization: `Bearer ${tokens.alice}` }),
    });
    expect(JSON.stringify(await named.me({}, { requestId: "named-by-the-caller" }))).toContain(
      "alice@example.com",
    );
    expect(stack.log.api.some((line) => line["request_id"] === "named-by-the-caller")).toBe(true);
  });

  it("names a workspace that the gateway does not have", async () => {
    const elsewhere = createClient({ baseUrl: stack.url, workspace: "elsewhere" });
    const unknown = { code: "UNKNOWN_WORKSPACE", status: 404 };
    await expect(elsewhere.listCatalogs()).rejects.toMatchObject(unknown);
    await expect(elsewhere.executeQuery({ sql: "SELECT 1" })).rejects.toMatchObject(unknown);
    await expect(elsewhere.upload(`${volume}/a.txt`, "x")).rejects.toMatchObject(unknown);
    await expect(elsewhere.download(`${volume}/a.txt`)).rejects.toMatchObject(unknown);
    expect(await elsewhere.health()).toEqual(expect.objectContaining({ status: "ok" }));
  });

  it("cannot reach another route by the name of an object", async () => {
    stack.workspace.clearRequests();
    for (const name of ["..", ".", ""]) {
      await expect(frontDoor.deleteVolume({ ...schema, name })).rejects.toBeInstanceOf(FrontDoorError);
    }
    await expect(frontDoor.getCatalog({ name: "a/../b?c" })).rejects.toMatchObject({
      code: "INVALID_PARAMETER_VALUE",
    });
    expect(stack.workspace.requests()).toEqual([]);
  });
});
