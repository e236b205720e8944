import { describe, expect, it, test } from "vitest";
import * as z from "zod";
import { OperationError } from "./errors.ts";
import { operations } from "./operations.ts";
import { parseParameters } from "./parse-parameters.ts";

function refusalOf(schema: z.ZodType, value: unknown): OperationError {
  try {
    parseParameters(schema, value);
  } catch (error) {
    if (error instanceof OperationError) return error;
  }
  throw new Error("these parameters must not parse");
}

test.each<[z.ZodType, unknown, string]>([
  [z.string(), 5, "must be a string, got a number"],
  [z.string(), null, "must be a string, got null"],
  [z.string(), undefined, "is required"],
  [z.boolean(), "yes", "must be true or false, got a string"],
  [z.number(), Number.NaN, "must be a number, got no finite number"],
  [z.int(), "5", "must be a number, got a string"],
  [z.int(), 1.5, "must be a whole number"],
  [z.strictObject({}), [], "must be an object, got an array"],
  [z.record(z.string(), z.string()), true, "must be an object, got true"],
  [z.array(z.string()), {}, "must be an array, got an object"],
  [z.int().min(1), 0, "must be at least 1"],
  [z.int().max(1000), 1001, "must be at most 1000"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.number().lt(5), 5, "must be less than 5"],
  [z.number().multipleOf(2), 3, "must be a multiple of 2"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(2), "a", "must be at least 2 characters"],
  [z.string().max(1), "ab", "must be at most 1 characters"],
  [z.array(z.int()).max(1), [1, 2], "must have at most 1 entries"],
  [z.enum(["json", "arrow"]), "xml", 'must be one of "json", "arrow"'],
  [z.literal("a"), "b", 'must be "a"'],
  [z.string().regex(/^a$/), "b", "must be a valid value"],
  [z.url(), "b", "must be a valid url"],
  [z.union([z.string(), z.int()]), {}, "must have one of the documented forms"],
  [z.union([z.string(), z.int()]), undefined, "is required"],
  [z.string().refine(() => false), "a", "is invalid"],
  [z.string().refine(() => false, "has our own words"), "a", "has our own words"],
])("of what a schema refuses the caller learns in plain words: case %#", (schema, value, words) => {
  expect(refusalOf(schema, value).message).toBe(words);
  expect(refusalOf(z.object({ field: schema }), { field: value }).message).toBe(`field: ${words}`);
});

test("no operation refuses a parameter in the words of the schema library", () => {
  const values = [null, true, 0, -1, 0.5, 1e16, "", "x".repeat(10_000), "a b", [], [null], {}, { value: 1 }];
  const messages = Object.values(operations).flatMap(({ params }) =>
    [...values, undefined].flatMap((value) => {
      const given = Object.fromEntries(Object.keys(params.shape).map((name) => [name, value]));
      try {
        parseParameters(params, given);
        return [];
      } catch (error) {
        return ((error as OperationError).details ?? []).map(({ message }) => String(message));
      }
    }),
  );
  expect(messages.length).toBeGreaterThan(500);
  expect(messages.filter((message) => /^(?:Invalid|Too|Unrecognized)|expected/.test(message))).toEqual([]);
});

describe("refused parameters", () => {
  it("are all named, including unknown ones", () => {
    const error = refusalOf(operations.list_schemas.params, {
      catalog: "a b",
      max_results: 0,
      colour: "red",
    });
    expect(error.status).toBe(400);
    expect(error.message).toMatch(/^catalog: must not contain spaces/);
    expect(error.details?.map((detail) => detail.field)).toEqual(["catalog", "max_results", "colour"]);
  });
});

test("a full name in place of one part says that each part has a parameter of its own", () => {
  const params = { securable_type: "table", name: "samples.nyctaxi.trips" };
  expect(refusalOf(operations.get_grants.params, params).message).toMatch(
    /^name: must be one part of the name: each part of catalog\.schema\.name has a parameter of its own/,
  );
});

test("the message is about a misspelt name rather than the parameter that is missing for it", () => {
  expect(refusalOf(operations.list_schemas.params, { catalogue: "main" }).message).toBe(
    "catalogue: unknown parameter: did you mean catalog?",
  );
});

test("a value of another type is not called missing: every parameter that is required", () => {
  const wrong = Object.values(operations).flatMap(({ name, params, examples }) =>
    Object.entries(params.shape)
      .filter(([, type]) => !type.safeParse(undefined).success)
      .map(([field]) => `${name} ${refusalOf(params, { ...examples[0]?.params, [field]: true }).message}`),
  );
  expect(wrong.length).toBeGreaterThan(20);
  expect(wrong.filter((message) => message.includes("required"))).toEqual([]);
});

test("an error about the whole value says what that is", () => {
  expect(() => parseParameters(z.strictObject({}), [1], "The body")).toThrow(
    /^The body must be an object, got an array$/,
  );
});

describe("a request with very many or very long unknown parameters", () => {
  it("is refused with an error that names twenty of them, each cut to 200 characters", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `${index}${"x".repeat(1_000)}`);
    const given = { name: "main", ...Object.fromEntries(names.map((name) => [name, 1])) };
    const { details = [], message } = refusalOf(operations.get_catalog.params, given);
    expect(details).toHaveLength(20);
    expect(String(details[0]?.field)).toHaveLength(200);
    expect(message.length).toBeLessThan(300);
  });
});
