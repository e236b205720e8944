import { inspect } from "node:util";
import { describe, expect, it, test } from "vitest";
import * as z from "zod";
import { OperationError, parseParameters, toErrorEnvelope } from "./errors.ts";
import { operations } from "./operations.ts";
import { throwNotRun, withOutcome } from "./outcome.ts";
import { decodeRunHeader, encodeRunHeader } from "./run-protocol.ts";

describe("an error envelope", () => {
  it("reveals nothing about an error that is not an OperationError", () => {
    const envelope = toErrorEnvelope(new Error("token dapi123 at /srv/app.ts"), "r1");
    expect(envelope).toEqual({
      error: "Internal error. The log explains it under this request id.",
      status: 500,
      error_code: "INTERNAL_ERROR",
      request_id: "r1",
      retryable: false,
    });
  });

  it("has status and retryable from the table, or from the error if the code is Databricks' own", () => {
    expect(toErrorEnvelope(new OperationError("RESOURCE_EXHAUSTED", "slow down"), "r")).toMatchObject({
      status: 429,
      retryable: true,
    });
    expect(toErrorEnvelope(new OperationError("SCHEMA_NOT_EMPTY", "no", { status: 400 }), "r")).toMatchObject(
      {
        status: 400,
        error_code: "SCHEMA_NOT_EMPTY",
        retryable: false,
      },
    );
  });

  it("never contains the cause", () => {
    const error = new OperationError("UPSTREAM_ERROR", "failed", { cause: new Error("secret") });
    expect(JSON.stringify(toErrorEnvelope(error, "r"))).not.toContain("secret");
  });

  it("does not show its cause when it is inspected or printed", () => {
    const cause = Object.assign(new TypeError("Bearer secret-in-message"), {
      request: { token: "secret-field" },
    });
    const error = new OperationError("UPSTREAM_ERROR", "failed", { cause });
    for (const shown of [
      inspect(error),
      inspect({ error }, { depth: 9 }),
      inspect([new Error("x", { cause: error })]),
    ]) {
      expect(shown).toContain("OperationError UPSTREAM_ERROR (502): failed");
      expect(shown).toContain("[cause]: TypeError");
      expect(shown).not.toContain("secret-");
    }
    expect(inspect(error)).toMatch(/\n\s+at /);
  });

  it("does not treat the names of the object prototype as known codes", () => {
    expect(new OperationError("constructor", "x").status).toBe(500);
  });
});

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

describe("the outcome of a mutation that failed", () => {
  it.each([
    [500, "INTERNAL_ERROR", true],
    [502, "UPSTREAM_UNREACHABLE", true],
    [503, "TEMPORARILY_UNAVAILABLE", true],
    [504, "DEADLINE_EXCEEDED", true],
    [408, "REQUEST_TIMEOUT", true],
    [499, "CANCELLED", true],
    [501, "NOT_IMPLEMENTED", false],
    [429, "RESOURCE_EXHAUSTED", false],
    [409, "RESOURCE_CONFLICT", false],
  ])("with status %i (%s) is unknown: %j", (_status, code, isUnknown) => {
    const error = withOutcome(new OperationError(code, "It failed"));
    expect(error.outcome === "unknown").toBe(isUnknown);
    if (isUnknown) expect(error.message).toBe("It failed. The operation may have taken effect.");
  });

  it("does not change when nothing was sent, or when it was decided before", () => {
    const refused = new OperationError("UPSTREAM_UNREACHABLE", "no.", { surelyNotRun: true });
    expect(withOutcome(refused)).toBe(refused);
    const judged = withOutcome(new OperationError("UPSTREAM_ERROR", "no.", { retryAfterSeconds: 3 }));
    expect(judged).toMatchObject({ retryable: false, retryAfterSeconds: undefined });
    expect(withOutcome(judged)).toBe(judged);
    expect(() => throwNotRun(new OperationError("UPSTREAM_ERROR", "no."))).toThrow(
      expect.objectContaining({ surelyNotRun: true, retryable: true }),
    );
  });
});

describe("the run header of an upload", () => {
  it("can carry any file name", () => {
    const request = { op: "write_file", params: { path: '/Volumes/a/b/c/😀 "x" %2f.txt' } };
    expect(decodeRunHeader(encodeRunHeader(request))).toEqual(request);
    expect(encodeRunHeader(request)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it("can be plain JSON too, in UTF-8 or with escapes", () => {
    const request = { op: "write_file", params: { path: "/Volumes/a/b/c/é😀.txt" } };
    const inUtf8 = Buffer.from(JSON.stringify(request)).toString("latin1");
    const escaped = JSON.stringify(request).replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    expect([decodeRunHeader(inUtf8), decodeRunHeader(` ${escaped}`)]).toEqual([request, request]);
    // Latin-1, as some programs write headers: guessing would store the file under another name.
    expect(() =>
      decodeRunHeader(JSON.stringify({ ...request, params: { path: "/Volumes/a/b/c/é" } })),
    ).toThrow(/must be in UTF-8/);
  });

  it.each(["", "%%%", "bm90IGpzb24", "bnVsbA"])(
    "is refused if it is not the base64url of a run request: %j",
    (header) => {
      expect(() => decodeRunHeader(header)).toThrow(OperationError);
    },
  );
});
