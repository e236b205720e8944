import { expect, test } from "vitest";
import * as z from "zod";
import { meantBy } from "./meant-by.ts";
import { operations } from "./operations.ts";
import { parseParameters } from "./parse-parameters.ts";
import { runRequest } from "./run-protocol.ts";

const known = ["row_limit", "numbers_as_strings", "page_token"];

test.each([
  ["rowLimit", "row_limit"],
  ["RowLimit", "row_limit"],
  ["row-limit", "row_limit"],
  ["ROW_LIMITS", "row_limit"],
  ["numbersAsStrings", "numbers_as_strings"],
  ["page token", "page_token"],
  ["limit", "row_limit"],
  ["page", "page_token"],
  ["page_token_value", "page_token"],
  ["number_of_row_limit", "row_limit"],
])("%j means %s", (given, meant) => expect(meantBy(given, known)).toBe(`: did you mean ${meant}?`));

test.each(["colour", "as", "row_token", "statement", "", "__proto__", "row_limit".repeat(1_000)])(
  "%.20j means none of them",
  (given) => expect(meantBy(given, known)).toBe(""),
);

test.each([
  [["source_path", "destination_path"], "source", ": did you mean source_path?"],
  [["source_path", "destination_path"], "path", ""],
  [["catalog", "schema", "name"], "catalog_name", ": did you mean catalog?"],
  [["catalog", "schema", "name"], "table", ": did you mean name?"],
  [["sql", "params"], "statement", ": did you mean sql?"],
  [["sql", "params"], "constructor", ""],
])("of %j, %s has the hint %j", (names, given, hint) => expect(meantBy(given, names)).toBe(hint));

function refusal(schema: z.ZodType, value: unknown): string {
  try {
    parseParameters(schema, value);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

const camelCase = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

test.each(
  Object.entries(operations).flatMap(([op, { params }]) =>
    Object.keys(params.shape)
      .filter((name) => name.includes("_"))
      .map((name) => [op, name] as const),
  ),
)("%s refuses %s in camelCase, and names the right spelling", (op, name) => {
  const [example] = operations[op as keyof typeof operations].examples;
  const given = { ...example?.params, [camelCase(name)]: 1 };
  expect(refusal(operations[op as keyof typeof operations].params, given)).toBe(
    `${camelCase(name)}: unknown parameter: did you mean ${name}?`,
  );
});

test("an unknown name inside an object, an array or a record gets a suggestion too", () => {
  const inner = z.strictObject({ token: z.string().optional(), max_results: z.int().optional() });
  const schema = z.strictObject({
    a: inner.optional(),
    list: z.array(inner).optional(),
    map: z.record(z.string(), inner).optional(),
  });
  expect(refusal(schema, { a: { maxResults: 1 } })).toBe(
    "a.maxResults: unknown parameter: did you mean max_results?",
  );
  expect(refusal(schema, { list: [{ tokne: "" }] })).toBe(
    "list.0.tokne: unknown parameter: did you mean token?",
  );
  expect(refusal(schema, { map: { x: { Token: "" } } })).toBe(
    "map.x.Token: unknown parameter: did you mean token?",
  );
  expect(refusal(runRequest, { op: "me", auth: { tokens: "x" } })).toContain("did you mean token?");
});
