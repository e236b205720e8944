import { describe, expect, it } from "vitest";
import * as z from "zod";
import { errorTable } from "./errors.ts";
import { operations } from "./registry.ts";

const definitions = Object.entries(operations);

describe.each(definitions)("%s", (name, definition) => {
  it("stands in the registry under its own name, a snake_case verb with its object", () => {
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

  it("refuses a parameter that it does not have, by name", () => {
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

  it("gives up within a bounded time, and a query may always be repeated", () => {
    expect(definition.timeoutMs).toBeGreaterThanOrEqual(1_000);
    expect(definition.timeoutMs).toBeLessThanOrEqual(300_000);
    if (definition.kind === "query") expect(definition.idempotent).toBe(true);
  });
});

describe("the error table", () => {
  it.each(Object.entries(errorTable))("%s has a status of its kind and says what it means", (code, entry) => {
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
