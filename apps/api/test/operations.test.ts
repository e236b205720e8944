import { definitionOf, domains, type OperationName, operations } from "@front-door/operations";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Stack, startStack } from "./start-stack.ts";

// Whatever a definition says has to hold on every surface, without a line anywhere else.

/** A gateway whose policy allows only an operation that has no public route. */
let stack: Stack;
let document: Answer["json"];
beforeAll(async () => {
  stack = await startStack({}, { gatewaySettings: { ALLOWED_OPERATIONS: "create_volume" } });
  document = (await stack.call("GET", "/openapi.json")).json;
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.audit.length = 0;
});

const names = Object.keys(operations) as OperationName[];
const mounted = names.filter((name) => {
  const { route, transfer } = definitionOf(name);
  return route !== undefined && transfer === "json";
});

/** The public request for the definition's own example. */
function requestOf(name: OperationName) {
  const { route, examples } = definitionOf(name);
  const { method = "get", path = "" } = route ?? {};
  const params: Record<string, unknown> = { ...examples[0]?.params };
  const rest = Object.entries(params).filter(([key]) => !path.split("/").includes(`:${key}`));
  const url = path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])));
  if (["post", "put", "patch"].includes(method)) return { method, path: url, json: Object.fromEntries(rest) };
  const query = new URLSearchParams(
    Object.fromEntries(rest.map(([key, value]) => [key, String(value)] as const)),
  );
  return { method, path: query.size > 0 ? `${url}?${query.toString()}` : url };
}

async function call(name: OperationName) {
  const { method, path, json } = requestOf(name);
  return stack.call(method.toUpperCase(), path, json === undefined ? {} : { json });
}

describe.each(mounted)("%s", (name) => {
  it("has its route in the API document", () => {
    const { domain, route, summary } = definitionOf(name);
    const documented = document.paths[route?.path.replaceAll(/:(\w+)/g, "{$1}") ?? ""]?.[route?.method ?? ""];
    expect(documented).toMatchObject({ operationId: name, summary, tags: [domains[domain].title] });
  });

  it("is served there, denied by the policy, and audited with its target", async () => {
    const answer = await call(name);
    expect(answer.status).toBe(403);
    // A reply to HEAD has no body.
    if (answer.json) expect(answer.json).toMatchObject({ error_code: "OPERATION_NOT_ALLOWED" });
    await expect.poll(() => stack.audit).toHaveLength(1);
    const [line] = stack.audit;
    expect(line).toMatchObject({ operation: name, outcome: "OPERATION_NOT_ALLOWED", status: 403 });

    const example = Object.entries({ ...definitionOf(name).examples[0]?.params });
    // Outside of Unity Catalog a name is a label, but for that of an app.
    const { domain } = definitionOf(name);
    const isLabel =
      !["unity_catalog", "apps"].includes(domain) && !example.some(([key]) => key === "catalog");
    const placing = example.filter(
      ([key]) =>
        /^(catalog|schema|scope|name|path|\w+_path|\w+_id|endpoint_name)$/.test(key) &&
        !(key === "name" && isLabel),
    );
    if ("sql" in Object.fromEntries(example)) {
      expect(line?.["target"]).toMatchObject({ keyword: expect.any(String), sha256: expect.any(String) });
    } else {
      const target: unknown[] = Object.values(line?.["target"] ?? {});
      expect(new Set(target)).toEqual(new Set(placing.map(([, value]) => value)));
    }
    expect(stack.workspace.requests()).toEqual([]);
  });
});
