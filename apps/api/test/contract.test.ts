import { isErrorCode, operations } from "@front-door/operations";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createApiDocument } from "../src/openapi/api-document.ts";
import { routes } from "../src/routes/routes.ts";
import type { Route } from "../src/routing/route.ts";
import { type Answer, type CallInit, type Stack, startStack, volume } from "./start-stack.ts";

// Every route is driven as the API document says, and every reply is compared with what the document says of it.

interface Request extends CallInit {
  /** With the query. */
  readonly path: string;
}

interface Reply {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, object>>;
}

const document = JSON.parse(JSON.stringify(createApiDocument(routes)));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, "document");

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(
    {},
    { settings: { ALLOWED_HOSTS: "127.0.0.1", CORS_ORIGINS: "https://app.example.com" } },
  );
});
afterAll(() => stack.close());
afterEach(() => stack.workspace.clearFaults());

const at = (path: string) => `/api/files?path=${encodeURIComponent(`${volume}/${path}`)}`;
const directory = (path: string) =>
  `/api/directories?path=${encodeURIComponent(`${volume}/${path}`)}&recursive=true`;

async function upload(path: string): Promise<string> {
  await stack.call("PUT", path, { body: "text" });
  return path;
}

async function statement(): Promise<string> {
  const { json } = await stack.call("POST", "/api/statements", { json: { sql: "SELECT 1 AS one" } });
  await expect
    .poll(async () => (await stack.call("GET", `/api/statements/${json.statement_id}`)).json.state)
    .toBe("SUCCEEDED");
  return `/api/statements/${json.statement_id}`;
}

async function fromTo(name: string): Promise<object> {
  await upload(at("original.txt"));
  return { source_path: `${volume}/original.txt`, destination_path: `${volume}/${name}` };
}

async function warehouse(): Promise<string> {
  const { json } = await stack.call("GET", "/api/warehouses");
  return `/api/warehouses/${json.warehouses[0].id}`;
}

/** Requests that succeed and are not simply the example of the operation's definition. */
const requests: Readonly<Record<string, () => Promise<Request>>> = {
  read_file: async () => ({ path: at("README.txt") }),
  file_metadata: async () => ({ path: at("README.txt") }),
  write_file: async () => ({ path: at("contract.txt"), body: "text" }),
  delete_file: async () => ({ path: await upload(at("to-delete.txt")) }),
  delete_directory: async () => {
    await stack.call("POST", "/api/directories", { json: { path: `${volume}/to-delete` } });
    return { path: directory("to-delete") };
  },
  delete_volume: async () => {
    const name = { catalog: "main", schema: "default", name: "to_delete" };
    await stack.call("POST", "/api/volumes", { json: name });
    return { path: "/api/volumes/main/default/to_delete" };
  },
  get_statement: async () => ({ path: await statement() }),
  get_statement_result: async () => ({ path: `${await statement()}/result?chunk=0` }),
  cancel_statement: async () => ({ path: `${await statement()}/cancel` }),
  copy_file: async () => ({ path: "/api/files/copy", json: await fromTo("copied.txt") }),
  move_file: async () => ({ path: "/api/files/move", json: await fromTo("moved.txt") }),
  get_warehouse: async () => ({ path: await warehouse() }),
  start_warehouse: async () => ({ path: `${await warehouse()}/start` }),
  stop_warehouse: async () => ({ path: `${await warehouse()}/stop` }),
  put_uc_schema: async () => ({ path: "/api/settings/uc-schema", json: { schema: "main.default" } }),
};

/** The definition's own example, which has to work on the sample data. */
function exampleOf({ operation, path, jsonBody }: Route): Request {
  const params: Record<string, unknown> =
    operation === undefined ? {} : { ...operations[operation].examples[0]?.params };
  const inPath = new Set(Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => name));
  const url = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const others = Object.entries(params).filter(([name]) => !inPath.has(name));
  if (jsonBody !== undefined) return { path: url, json: Object.fromEntries(others) };
  const query = new URLSearchParams(others.map(([name, value]): [string, string] => [name, String(value)]));
  return { path: query.size > 0 ? `${url}?${query.toString()}` : url };
}

async function requestFor(route: Route): Promise<Request> {
  return (await requests[route.operationId]?.()) ?? exampleOf(route);
}

async function send(route: Route, request: Request, more: CallInit = {}): Promise<Answer> {
  const { path, ...init } = request;
  const answer = await stack.call(route.method.toUpperCase(), path, {
    ...init,
    ...more,
    headers: { ...init.headers, ...more.headers },
  });
  expectDocumented(route, answer);
  return answer;
}

/** Fails unless the document has the reply: its status, its headers, its media type, its body and its error code. */
function expectDocumented(route: Route, answer: Answer): void {
  const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
  const listed = document.paths[path][route.method].responses[answer.status];
  if (listed === undefined) throw new Error(`the document has no ${answer.status}: ${answer.text}`);
  const pointer = listed.$ref?.slice(1) ?? pointerTo(path, route.method, String(answer.status));
  const reply: Reply = { ...resolved(listed), description: listed.description };
  for (const [name, header] of Object.entries(reply.headers ?? {})) {
    if (resolved(header).required === true) expect(answer.headers).toHaveProperty(name);
  }
  if (answer.bytes.length === 0) return;
  const type = String(answer.headers["content-type"]).split(";", 1)[0] ?? "";
  expect(Object.keys(reply.content ?? {})).toContain(type);
  if (type !== "application/json") return;
  const validate = ajv.compile({ $ref: `document#${pointer}/content/application~1json/schema` });
  expect(validate(answer.json) ? [] : validate.errors).toEqual([]);
  if (answer.status < 400) return;
  expect(answer.json.request_id).toBe(answer.headers["x-request-id"]);
  if (isErrorCode(answer.json.error_code))
    expect(reply.description).toContain(`\`${answer.json.error_code}\``);
}

function pointerTo(...keys: readonly string[]): string {
  const [path = "", method = "", status = ""] = keys.map((key) =>
    key.replaceAll("~", "~0").replaceAll("/", "~1"),
  );
  return `/paths/${encodeURIComponent(path)}/${method}/responses/${status}`;
}

function resolved(value: { readonly $ref?: string }): Reply & { readonly required?: boolean } {
  if (value.$ref === undefined) return value as Reply;
  // The document is JSON, and its own references lead somewhere.
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((object, key) => object[key], document);
}

/** What anybody can do wrong, and the code of the refusal. */
const mistakes: readonly [string, (route: Route) => boolean, (request: Request) => Request, string][] = [
  [
    "a host that is not ours",
    () => true,
    (it) => ({ ...it, headers: { host: "evil.example" } }),
    "HOST_NOT_ALLOWED",
  ],
  ["a URL that is too long", () => true, (it) => withQuery(it, `x=${"x".repeat(33_000)}`), "URI_TOO_LONG"],
  ["a URL that cannot be decoded", () => true, (it) => withQuery(it, "x=%ff"), "BAD_REQUEST"],
  ["an unknown parameter", () => true, (it) => withQuery(it, "surprise=1"), "INVALID_PARAMETER_VALUE"],
  [
    "an unknown workspace",
    ({ operation }) => operation !== undefined,
    (it) => withQuery(it, "workspace=nowhere"),
    "UNKNOWN_WORKSPACE",
  ],
  [
    "a credential that is not accepted",
    ({ open }) => open !== true,
    (it) => ({ ...it, headers: { authorization: "Basic eDp5" } }),
    "UNAUTHENTICATED",
  ],
  [
    "a page of another origin",
    ({ method }) => method !== "get" && method !== "head",
    (it) => ({ ...it, headers: { origin: "https://evil.example" } }),
    "ORIGIN_NOT_ALLOWED",
  ],
  [
    "a body that is no JSON",
    ({ jsonBody }) => jsonBody !== undefined,
    ({ path }) => ({ path, body: "{", headers: { "content-type": "application/json" } }),
    "MALFORMED_REQUEST",
  ],
  [
    "a body of another type",
    ({ jsonBody }) => jsonBody !== undefined,
    ({ path }) => ({ path, body: "x", headers: { "content-type": "text/plain" } }),
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    "a form in place of the file",
    ({ fileBody }) => fileBody !== undefined,
    ({ path }) => ({ path, body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } }),
    "UNSUPPORTED_MEDIA_TYPE",
  ],
];

function withQuery(request: Request, query: string): Request {
  return { ...request, path: `${request.path}${request.path.includes("?") ? "&" : "?"}${query}` };
}

describe.each(routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
  "%s",
  (_name, route) => {
    it("succeeds as the document says", async () => {
      const answer = await send(route, await requestFor(route));
      expect(answer.status).toBeLessThan(300);
    });

    it("is refused as the document says", async () => {
      const request = await requestFor(route);
      for (const [what, applies, make, code] of mistakes) {
        if (!applies(route)) continue;
        const answer = await send(route, make(request));
        expect(answer.status).toBeGreaterThanOrEqual(400);
        if (route.method !== "head") expect([what, answer.json.error_code]).toEqual([what, code]);
      }
    });

    it.runIf(route.operation !== undefined)("fails as the document says when Databricks does", async () => {
      const request = await requestFor(route);
      for (const fault of [
        { status: 500, body: { error_code: "INTERNAL_ERROR", message: "x" } },
        { status: 403, body: { error_code: "PERMISSION_DENIED", message: "x" } },
        { status: 400, body: { error_code: "SOMETHING_NEW", message: "x", details: [{ reason: "y" }] } },
        { status: 200, body: "not what was asked for" },
      ]) {
        stack.workspace.clearFaults();
        stack.workspace.addFault(fault);
        const { status } = await send(route, request);
        // Bytes of any kind can be a file.
        expect(status).toBeGreaterThanOrEqual(fault.status === 200 ? 200 : 400);
      }
    });
  },
);
