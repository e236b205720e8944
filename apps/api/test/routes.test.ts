import { readFile, writeFile } from "node:fs/promises";
import { errorEnvelope } from "@front-door/operations";
import { Agent, request } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { routes } from "../src/routes/routes.ts";
import { at, type Stack, startStack, tokens, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const get = (path: string, headers = {}) => stack.call("GET", path, { headers });

describe("queries", () => {
  it.each([
    [
      "/api/me",
      {
        user_name: expect.any(String),
        emails: [],
        id: expect.any(String),
        active: true,
        workspace_kind: "local",
      },
    ],
    ["/api/catalogs", { catalogs: expect.arrayContaining([expect.objectContaining({ name: "main" })]) }],
    [
      "/api/schemas?catalog=main",
      { schemas: expect.arrayContaining([expect.objectContaining({ full_name: "main.sales" })]) },
    ],
    [
      "/api/tables?catalog=main&schema=sales",
      { tables: expect.arrayContaining([expect.objectContaining({ name: "orders" })]) },
    ],
    ["/api/volumes?catalog=main&schema=default", { volumes: [expect.objectContaining({ name: "files" })] }],
    [
      at("/api/directories", volume),
      {
        contents: expect.arrayContaining([
          expect.objectContaining({ name: "README.txt", is_directory: false }),
        ]),
      },
    ],
    [
      "/api/warehouses",
      { warehouses: expect.arrayContaining([expect.objectContaining({ state: expect.any(String) })]) },
    ],
  ])("GET %s returns the operation's result", async (path, expected) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(expected);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-length": String(answer.bytes.length),
      "cache-control": "private, no-cache",
      etag: expect.stringMatching(/^W\/"[\w-]{27}"$/),
      "x-content-type-options": "nosniff",
    });
    expect(answer.headers).not.toHaveProperty("x-powered-by");
  });

  it("pages through a listing", async () => {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const more: Record<string, string> = { max_results: "1", ...(token ? { page_token: token } : {}) };
      const { status, json } = await get(at("/api/directories", volume, more));
      expect(status).toBe(200);
      names.push(...json.contents.map((entry: { name: string }) => entry.name));
      token = json.next_page_token;
    } while (token);
    expect(names).toEqual(["README.txt", "people.csv", "reports"]);
  });

  it.each([
    ["/api/schemas", "catalog"],
    ["/api/schemas?catalog=", "catalog"],
    ["/api/schemas?catalog=a.b", "catalog"],
    ["/api/schemas?catalog=main&catalog=main", "catalog"],
    ["/api/tables?catalog=main", "schema"],
    ["/api/catalogs?max_results=0", "max_results"],
    ["/api/catalogs?max_results=1001", "max_results"],
    ["/api/catalogs?max_results=ten", "max_results"],
    ["/api/catalogs?page_token=", "page_token"],
    ["/api/catalogs?filter=x", "filter"],
    ["/api/me?verbose=1", "verbose"],
    ["/api/warehouses?x", "x"],
    ["/api/directories", "path"],
    ["/api/directories?path=/tmp", "path"],
    ["/health?x=1", "x"],
    ["/ready?deep=yes", "deep"],
    ["/openapi.json?x=1", "x"],
  ])("GET %s returns 400 naming %s, and Databricks is not asked", async (path, field) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(errorEnvelope.parse(answer.json)).toMatchObject({
      error_code: "INVALID_PARAMETER_VALUE",
      retryable: false,
      details: [expect.objectContaining({ field })],
    });
    expect(answer.json.error).toContain(field);
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("Databricks' error is passed on", async () => {
    const answer = await get("/api/schemas?catalog=nowhere");
    expect(answer.status).toBe(404);
    expect(errorEnvelope.parse(answer.json)).toMatchObject({
      status: 404,
      error_code: "CATALOG_DOES_NOT_EXIST",
    });
    stack.workspace.addFault({
      status: 429,
      headers: { "retry-after": "7" },
      body: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "slow down" },
    });
    const busy = await get("/api/warehouses");
    expect(busy.json).toMatchObject({ error_code: "REQUEST_LIMIT_EXCEEDED", retryable: true });
    expect(busy.headers["retry-after"]).toBe("7");
  });
});

describe("an object named in the path", () => {
  const schema = { name: "sales", full_name: "main.sales", catalog_name: "main" };

  it.each([
    ["/api/catalogs/main", { name: "main" }],
    ["/api/schemas/main/sales", schema],
    ["/api/schemas/main/%73%61les", schema],
    ["/api/tables/main/sales/orders", { full_name: "main.sales.orders", columns: expect.any(Array) }],
  ])("is returned by GET %s", async (path, expected) => {
    const answer = await get(path);
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining(expected)]);
  });

  it("is deleted by DELETE, whatever the script of its name", async () => {
    const name = "größe-データ-%41#?&+";
    const made = await post({ catalog: "main", schema: "default", name });
    expect([made.status, made.json.volume?.name]).toEqual([201, name.toLowerCase()]);
    const path = `/api/volumes/main/default/${encodeURIComponent(made.json.volume.name)}`;
    const gone = await stack.call("DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    const again = await stack.call("DELETE", path);
    expect([again.status, again.json.error_code]).toEqual([404, "VOLUME_DOES_NOT_EXIST"]);
  });

  it.each([
    ["/api/catalogs/a%2Fb", "name"],
    ["/api/catalogs/a.b", "name"],
    ["/api/catalogs/a%20b", "name"],
    ["/api/catalogs/a%0Ab", "name"],
    ["/api/catalogs/%2e%2e", "name"],
    ["/api/catalogs/%252e%252e", "name"],
    ["/api/catalogs/%EF%BC%8E%EF%BC%8E", "name"],
    ["/api/catalogs/..%2f..%2f2.0%2fpreview%2fscim%2fv2%2fUsers%2f1", "name"],
    ["/api/schemas/%2e%2e/%2e%2e", "catalog"],
    ["/api/schemas/main/%2e%2e%5c", "name"],
    ["/api/tables/main/%2E/orders", "schema"],
    [`/api/catalogs/${"x".repeat(256)}`, "name"],
    ["/api/catalogs/main?name=finance", "name"],
    ["/api/catalogs/main?max_results=1", "max_results"],
  ])("GET %s returns 400 naming %s, and Databricks is not asked", async (path, field) => {
    const answer = await get(path);
    expect([answer.status, answer.json.details?.[0].field]).toEqual([400, field]);
    expect(stack.workspace.requests()).toEqual([]);
  });

  it.each([
    ["GET", "/api/catalogs/", 404],
    ["GET", "/api/catalogs/main/", 404],
    ["GET", "/api/schemas/main//sales", 404],
    ["GET", "/api/tables/main/sales", 404],
    ["GET", "/api/catalogs/%00", 400],
    ["GET", "/api/catalogs/%ff", 400],
    ["GET", "/api/catalogs/%2", 400],
    ["DELETE", "/api/schemas", 405],
    ["GET", "/api/volumes/main/default/files", 405],
  ])("%s %s returns %i, and Databricks is not asked", async (method, path, status) => {
    expect((await stack.call(method, path)).status).toBe(status);
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("the caller", () => {
  it("runs as the token that the request brings", async () => {
    const answer = await get("/api/me", { authorization: `Bearer ${tokens.alice}` });
    expect(answer.json.user_name).toBe("alice@example.com");
    const refused = await stack.call("PUT", at("/api/files", `${volume}/bob.txt`), {
      headers: { authorization: `bearer ${tokens.bob}` },
      body: "x",
    });
    expect(refused.status).toBe(403);
  });

  it("never falls back to the gateway's own identity", async () => {
    for (const authorization of ["Basic YTpi", "Bearer", "Bearer a b", "token", "Bearer \u00e9"]) {
      stack.workspace.clearRequests();
      const answer = await get("/api/me", { authorization });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
      expect(stack.workspace.requests()).toEqual([]);
    }
    const wrong = await get("/api/me", { authorization: "Bearer not-a-token" });
    expect(wrong.status).toBeGreaterThanOrEqual(401);
    expect(wrong.status).toBeLessThanOrEqual(403);
  });

  it("is served only if it names this host", async () => {
    const answer = await get("/api/me", { host: "evil.example" });
    expect(answer.status).toBe(403);
    expect(answer.json.error_code).toBe("HOST_NOT_ALLOWED");
    expect((await get("/health", { host: `localhost:${stack.port}` })).status).toBe(200);
  });
});

function post(json: unknown) {
  return stack.call("POST", "/api/volumes", { json });
}

describe("POST /api/volumes", () => {
  const where = { catalog: "main", schema: "default" };

  it("creates a volume once, by its name or its display name", async () => {
    const made = await post({ ...where, display_name: "Ventas año 2026!", comment: "hello" });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ created: true, volume: { name: "ventas_ano_2026", comment: "hello" } });
    const again = await post({ ...where, name: "ventas_ano_2026" });
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({ created: false, volume: { volume_id: made.json.volume.volume_id } });
  });

  it.each([
    [{ ...where }, "name"],
    [{ ...where, name: "a", display_name: "b" }, "name"],
    [{ ...where, display_name: "—" }, "display_name"],
    [{ ...where, name: "a b" }, "name"],
    [{ schema: "default", name: "a" }, "catalog"],
    [{ ...where, name: "a", volume_type: "EXTERNAL" }, "volume_type"],
    [{ ...where, name: "a", comment: 1 }, "comment"],
    ["text", ""],
    [null, ""],
    [[], ""],
  ])("returns 400 for %j and names the field %s", async (json, field) => {
    const answer = await post(json);
    expect(answer.status).toBe(400);
    expect(errorEnvelope.parse(answer.json).details?.[0]).toMatchObject({ field });
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("refuses keys that could change a prototype", async () => {
    for (const body of [
      '{"__proto__":{"name":"x"},"catalog":"main","schema":"default","name":"p"}',
      '{"constructor":{"prototype":{"x":1}},"catalog":"main","schema":"default","name":"p"}',
    ]) {
      const answer = await stack.call("POST", "/api/volumes", {
        headers: { "content-type": "application/json" },
        body,
      });
      expect(answer.status).toBe(400);
    }
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("directories", () => {
  it("are created with their parents, listed and deleted", async () => {
    const path = `${volume}/one/two three`;
    const made = await stack.call("POST", "/api/directories", { json: { path } });
    expect([made.status, made.json]).toEqual([201, { path, created: true }]);
    expect((await stack.call("POST", "/api/directories", { json: { path } })).status).toBe(200);
    expect((await get(at("/api/directories", `${volume}/one`))).json.contents).toMatchObject([
      { name: "two three", is_directory: true },
    ]);

    const full = await stack.call("DELETE", at("/api/directories", `${volume}/one`));
    expect(full.status).toBe(400);
    const gone = await stack.call("DELETE", at("/api/directories", `${volume}/one`, { recursive: "true" }));
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await get(at("/api/directories", `${volume}/one`))).status).toBe(404);
  });

  it.each(["yes", "1", "", "TRUE"])("DELETE refuses recursive=%j", async (recursive) => {
    const answer = await stack.call("DELETE", at("/api/directories", `${volume}/reports`, { recursive }));
    expect(answer.status).toBe(400);
    expect(answer.json.details).toEqual([{ field: "recursive", message: "must be true or false" }]);
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("the chosen schema", () => {
  const url = "/api/settings/uc-schema";
  const put = (schema: unknown) => stack.call("PUT", url, { json: { schema } });

  it("is stored in the settings file, whose other lines stay as they are", async () => {
    expect((await get(url)).json).toEqual({ schema: null });
    await writeFile(stack.settingsFile, "# mine\r\nPORT='1' # keep\r\n");
    expect((await put(" `main`.`sales` ")).json).toEqual({ schema: "main.sales" });
    expect((await get(url)).json).toEqual({ schema: "main.sales" });
    expect(await readFile(stack.settingsFile, "utf8")).toBe(
      "# mine\r\nPORT='1' # keep\r\nAGENT_BUILDER_UC_SCHEMA=main.sales\r\n",
    );
    expect((await put("we`ird.na#me")).status).toBe(400);
    const odd = { name: "na#me", catalog_name: "we`ird", full_name: "we`ird.na#me" };
    stack.workspace.addFault({ path: "/api/2.1/unity-catalog/schemas/*", status: 200, body: odd });
    expect((await put("`we``ird`.na#me")).json).toEqual({ schema: "`we``ird`.na#me" });
    expect((await get(url)).json).toEqual({ schema: "`we``ird`.na#me" });
    expect((await put(null)).json).toEqual({ schema: null });
    expect(await readFile(stack.settingsFile, "utf8")).toBe("# mine\r\nPORT='1' # keep\r\n");
  });

  it.each(["main", "a.b.c", "", 'a.b\nDATABRICKS_TOKEN="x"', 1, undefined])(
    "cannot be %j",
    async (schema) => {
      const before = await readFile(stack.settingsFile, "utf8").catch(() => undefined);
      const answer = await put(schema);
      expect(answer.status).toBe(400);
      expect(answer.json.details[0].field).toBe("schema");
      expect(await readFile(stack.settingsFile, "utf8").catch(() => undefined)).toBe(before);
    },
  );

  it("returns 409 if it is invalid in the settings file, until it is chosen again", async () => {
    await writeFile(stack.settingsFile, "AGENT_BUILDER_UC_SCHEMA=nonsense\n");
    expect((await get(url)).status).toBe(409);
    expect((await put("main.sales")).status).toBe(200);
  });

  it.each([
    ["main.nowhere", "SCHEMA_DOES_NOT_EXIST", "Schema 'main.nowhere' does not exist."],
    ["nowhere.sales", "CATALOG_DOES_NOT_EXIST", "Catalog 'nowhere' does not exist."],
  ])("must exist: %s returns Databricks' 404, and nothing is stored", async (schema, code, error) => {
    await writeFile(stack.settingsFile, "# mine\n");
    const answer = await put(schema);
    expect([answer.status, answer.json.error_code, answer.json.error]).toEqual([404, code, error]);
    expect(await readFile(stack.settingsFile, "utf8")).toBe("# mine\n");
  });

  it("must be one that the caller may see", async () => {
    const headers = { authorization: `Bearer ${tokens.bob}` };
    const answer = await stack.call("PUT", url, { json: { schema: "finance.reports" }, headers });
    expect([403, 404]).toContain(answer.status);
  });
});

describe("the document", () => {
  it("lists the routes that are served, and each of them answers", async () => {
    const answer = await get("/openapi.json");
    expect(answer.json.openapi).toMatch(/^3\.1\./);
    for (const { path, method } of routes) {
      expect(answer.json.paths[path.replaceAll(/:(\w+)/g, "{$1}")]).toHaveProperty(method);
      // A space is neither a name nor an id.
      const reply = await request(stack.url + path.replaceAll(/:\w+/g, "%20"), {
        method: method.toUpperCase() as "GET",
        dispatcher: new Agent(),
      });
      await reply.body.dump();
      expect([path, method, reply.statusCode === 405]).toEqual([path, method, false]);
      // Who is not signed in may sign out, and a job needs no field. All others need a body or a parameter.
      const served: Record<string, number> = { "/auth/logout": 204, "/api/jobs": 201 };
      const status = served[path];
      if (method !== "get") expect(status === undefined ? [400, 415] : [status]).toContain(reply.statusCode);
    }
  });
});
