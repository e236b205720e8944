import { errorTable } from "@front-door/operations";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { routes } from "../routes/routes.ts";
import type { SignInConfig } from "../sign-in/sign-in-config.ts";
import { createApiDocument } from "./api-document.ts";

const document = createApiDocument(routes);
const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;

const validator = new Validator();

/** Every object in the document, with the path to it. */
function* objectsIn(value: unknown, at = "#"): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [key, each] of Object.entries(value))
    yield* objectsIn(each, `${at}/${key.replaceAll("/", "~1")}`);
}

function described(each: unknown): boolean {
  return typeof each === "object" && each !== null && ("description" in each || "$ref" in each);
}

describe("the API document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const result = await validator.validate(structuredClone(plain));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(plain["openapi"]).toMatch(/^3\.1\./);
  });

  const keys = { mode: "api-key", keysFile: "keys" } as const;
  const jwts = {
    mode: "oidc",
    issuer: "https://id.example/",
    audience: "front-door",
    nameClaim: undefined,
    groupsClaim: "groups",
    algorithms: [],
    settingsEditors: [],
    runAs: "user",
  } as const;
  const proxy = { mode: "forwarded", settingsEditors: [] } as const;
  const browsers = {
    mode: "databricks",
    settingsEditors: [],
    publicUrl: "https://front-door.example",
  } as const;
  const ways: SignInConfig[] = [
    [{ mode: "none" }],
    [keys],
    [jwts],
    [proxy],
    [browsers],
    [keys, browsers],
    [keys, jwts, browsers],
  ];
  it("says of several ways in what each of them brings, and as whom its requests run", () => {
    const { info, paths } = createApiDocument(routes, [keys, jwts, browsers]);
    expect(paths?.["/api/me"]?.get?.security).toEqual([{ apiKey: [] }, { openId: [] }, { session: [] }]);
    expect(info.description).toContain(
      "A request with a JWT runs as the Databricks user of its JWT. A request with a session runs as the person who",
    );
    const tokens = createApiDocument(routes, [keys, browsers]).paths?.["/api/me"]?.get?.security;
    expect(tokens).toEqual([{ apiKey: [] }, { apiKey: [], databricksToken: [] }, { session: [] }]);
  });

  it.each(ways.map((way) => [way]))(
    "says how callers sign in on every route that is not open: %j",
    async (way) => {
      const made = createApiDocument(routes, way);
      const text = JSON.stringify(made);
      expect((await validator.validate(JSON.parse(text) as Record<string, unknown>)).valid).toBe(true);
      const schemes = Object.keys(made.components?.securitySchemes ?? {});
      for (const [path, item] of Object.entries(made.paths ?? {})) {
        for (const { security, parameters } of Object.values(item)) {
          const named = security.flatMap((each: object) => Object.keys(each));
          const open = isOpen(path);
          expect(new Set(named)).toEqual(new Set(open ? [] : schemes));
          const names = (parameters ?? []).map((each: { name: string }) => each.name);
          expect(names.includes("workspace")).toBe(!open && !path.includes("/settings/"));
        }
      }
    },
  );

  it("has every public route, and nothing else", () => {
    const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(documented.toSorted()).toEqual(served.toSorted());
  });

  it("describes every property, parameter, header, response and tag", () => {
    const bare: string[] = [];
    for (const [at, object] of objectsIn(plain)) {
      // Where a property has the name, its group is no group of properties.
      if (/\/(example|default)(\/|$)|\/properties$/.test(at)) continue;
      const groups = [object["properties"], object["responses"], object["headers"]];
      for (const [name, each] of groups.flatMap((group) => Object.entries(group ?? {}))) {
        if (!described(each)) bare.push(`${at}: ${name}`);
      }
      const parameters = Array.isArray(object["parameters"]) ? (object["parameters"] as unknown[]) : [];
      parameters
        .filter((each) => !described(each))
        .forEach((each) => bare.push(`${at}: ${JSON.stringify(each)}`));
    }
    expect(bare).toEqual([]);
  });

  it("gives every operation its own id, a summary, a known tag and an error reply", () => {
    const ids = routes.map((route) => route.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const item of Object.values(document.paths ?? {})) {
      for (const operation of Object.values(item)) {
        expect(operation).toMatchObject({
          summary: expect.stringMatching(/\.$/),
          tags: [expect.any(String)],
        });
        expect(Object.keys(operation.responses).some((status) => status >= "400")).toBe(true);
      }
    }
  });

  it("shows an example of every required parameter", () => {
    const bare: string[] = [];
    for (const [at, object] of objectsIn(plain)) {
      if ("in" in object && object["required"] === true && !("example" in object)) bare.push(at);
    }
    expect(bare).toEqual([]);
  });

  it("lists in each reply only error codes of its status", () => {
    for (const [at, object] of objectsIn(plain)) {
      const [, status] = /\/responses\/([45]\d\d)$/.exec(at) ?? [];
      if (status === undefined) continue;
      const codes = [...String(object["description"]).matchAll(/`([A-Z_]+)`/g)].map((match) => match[1]);
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes) {
        expect(errorTable[code as keyof typeof errorTable].status).toBe(Number(status));
      }
    }
  });

  it("has a pattern for each text in a query that refuses a NUL, as every route does", () => {
    const accepting: string[] = [];
    for (const [at, { in: place, schema, example = "a" }] of objectsIn(plain)) {
      const { type, pattern = "", enum: values } = (schema ?? {}) as Record<string, string>;
      if (place !== "query" || type !== "string" || values !== undefined) continue;
      if (new RegExp(pattern, "u").test(`${String(example)}\0`)) accepting.push(at);
    }
    expect(accepting).toEqual([]);
  });

  it("has only examples that its own schemas accept", () => {
    for (const route of routes) {
      for (const reply of Object.values(route.replies)) {
        if (reply.example !== undefined) expect(reply.json?.safeParse(reply.example).error).toBeUndefined();
      }
      expect(route.jsonBody?.schema.safeParse(route.jsonBody.example).error).toBeUndefined();
    }
  });
});

function isOpen(path: string): boolean {
  return ["/health", "/ready", "/openapi.json", "/openapi.yaml"].includes(path) || path.startsWith("/auth/");
}
