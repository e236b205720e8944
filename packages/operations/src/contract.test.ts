import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { OperationDefinition } from "./define-operation.ts";
import { errorTable } from "./errors.ts";
import { operations } from "./operations.ts";

const definitions = Object.entries<OperationDefinition>(operations);

describe.each(definitions)("%s", (name, definition) => {
  it("is in the registry under its own name, in snake_case", () => {
    expect(definition.name).toBe(name);
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it("has examples that parse", () => {
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const example of definition.examples) {
      definition.params.parse(example.params);
      definition.result.parse(example.result);
    }
  });

  it("refuses an unknown parameter by name", () => {
    const refused = definition.params.safeParse({ ...definition.examples[0]?.params, surprise: 1 });
    expect(JSON.stringify(refused.error?.issues)).toContain("surprise");
  });

  it("describes every parameter and every field of its result", () => {
    for (const schema of [
      z.toJSONSchema(definition.params, { io: "input" }),
      z.toJSONSchema(definition.result, { io: "output" }),
    ]) {
      expect(undescribed(schema)).toEqual([]);
    }
  });

  it("has the object that its parameters name as its target", () => {
    for (const { params } of definition.examples) {
      const given: Record<string, unknown> = definition.params.parse(params);
      const target = definition.target(given);
      const { catalog, schema, name, path, source_path, sql } = given;
      if (sql !== undefined) expect(target).toMatchObject({ kind: "sql", sql });
      else if (path !== undefined && definition.domain === "workspace")
        expect(target).toMatchObject({ id: path });
      else if (path !== undefined) expect(target).toMatchObject({ kind: "path" });
      else if (source_path !== undefined) expect(target).toMatchObject({ kind: "copy" });
      // Elsewhere a name is a label.
      else if (catalog ?? (definition.domain === "unity_catalog" && name))
        expect(target).toMatchObject({ kind: "securable", catalog, schema, name });
      else expect(["nothing", "securable", "resource"]).toContain(target.kind);
      const id = Object.entries(given).find(([parameter]) => parameter.endsWith("_id"));
      if (id) expect(target).toMatchObject({ kind: "resource", type: id[0].replace(/_id$/, ""), id: id[1] });
    }
  });

  it("has only required parameters in the path of its route", () => {
    const { route, params } = definition;
    if (route === undefined) return;
    expect(route.path).toMatch(/^\/api(\/[a-z-]+|\/:[a-z_]+)+$/);
    for (const [, parameter = ""] of route.path.matchAll(/:(\w+)/g)) {
      expect(params.shape[parameter]?.safeParse(undefined).success).toBe(false);
    }
  });

  it("has a time limit of at most five minutes, and is idempotent if it is a query", () => {
    expect(definition.timeoutMs).toBeGreaterThanOrEqual(1_000);
    expect(definition.timeoutMs).toBeLessThanOrEqual(300_000);
    if (definition.kind === "query") expect(definition.idempotent).toBe(true);
  });
});

describe("the error table", () => {
  it.each(Object.entries(errorTable))("has an error status and a meaning for %s", (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThanOrEqual(599);
    expect(entry.meaning).toMatch(/\.$/);
  });
});

/** The paths of all properties without a description, through objects, arrays, unions and references. */
function undescribed(schema: unknown, path = ""): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== "properties") return undescribed(value, `${path}/${key}`);
    return Object.entries(value as Record<string, { description?: string; $ref?: string }>).flatMap(
      ([name, property]) => [
        ...(property.description || property.$ref ? [] : [`${path}/${name}`]),
        ...undescribed(property, `${path}/${name}`),
      ],
    );
  });
}
