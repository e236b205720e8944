import { inspect } from "node:util";
import {
  decide,
  decodeCaller,
  decodeRunHeader,
  definitionOf,
  filePath,
  firstKeyword,
  isPathTraversal,
  OperationError,
  type OperationName,
  operations,
  parseCatalogSchema,
  parseUntrustedJson,
  singleRange,
  volumeNameOf,
  whyNotReading,
} from "@front-door/operations";
import { createRedactor, describeError, redactJson, stackOf } from "@front-door/service-runtime";
import { describe, expect, test } from "vitest";
import { toUpstreamError } from "../src/databricks/api-error.ts";
import { leavesSessionAsItWas } from "../src/sql/session-safety.ts";
import { toStatementError } from "../src/sql/statement-error.ts";
import { typedParameter } from "../src/sql/typed-parameter.ts";

const redact = createRedactor(["adb-1.2.azuredatabricks.net:443"], ["a secret of the settings"]);
const version = { etag: '"an etag"', lastModified: "Sat, 28 Nov 2026 08:00:00 GMT" };

/** Every place where text from outside meets a regular expression, or a loop of our own. */
const places: Readonly<Record<string, (text: string) => unknown>> = {
  redact,
  "redact, in the middle of a JSON text": (text) => redact(`{"a":"${text}","token":"x"}`),
  redactJson: (text) => redactJson({ [text]: [text] }, redact),
  describeError: (text) => describeError(new Error(text, { cause: new Error(text) }), redact),
  stackOf: (text) => stackOf(new Error(text)),
  "inspect an OperationError": (text) => inspect(new OperationError("STATEMENT_FAILED", text)),
  "the error of a REST call": (text) =>
    toUpstreamError({ status: 400, text, headers: { "retry-after": text } }, redact),
  "the error of a REST call, as JSON": (text) =>
    toUpstreamError(
      {
        status: 400,
        headers: { "retry-after": text },
        text: JSON.stringify({ error_code: text, message: text }),
      },
      redact,
    ),
  "the error of a REST call, as a page": (text) =>
    toUpstreamError({ status: 500, headers: { "retry-after": text }, text: `<html><pre>${text}` }, redact),
  "the error of a statement": (text) =>
    toStatementError(Object.assign(new Error(text), { errorCode: "ERROR", response: {} }), redact),
  "the refusal of a statement": (text) => toStatementError({ name: "Status Error", message: text }, redact),
  "the driver's own error": (text) => toStatementError(new Error(text), redact),
  whyNotReading,
  "whyNotReading, after SELECT": (text) => whyNotReading(`SELECT ${text}`),
  firstKeyword,
  leavesSessionAsItWas,
  "the type of a parameter": (text) => typedParameter({ value: "1", type: `DECIMAL(${text}1)` as "DECIMAL" }),
  "a DECIMAL without a type": (text) => typedParameter({ value: text, type: "DECIMAL" }),
  "parameters of a statement": (text) =>
    operations.execute_query.params.safeParse({
      sql: text,
      params: { a: { value: text, type: text }, b: { value: text, type: "DECIMAL" }, [text]: 1 },
    }),
  "every text parameter of every operation": (text) => {
    for (const name of Object.keys(operations) as OperationName[]) {
      const { params } = definitionOf(name);
      params.safeParse(Object.fromEntries(Object.keys(params.shape).map((key) => [key, text])));
    }
  },
  filePath: (text) => filePath.safeParse(`/Volumes/a/b/c/${text}`),
  isPathTraversal,
  volumeNameOf: (text) => volumeNameOf({ display_name: text }),
  parseCatalogSchema: (text) => attempt(() => parseCatalogSchema(text)),
  "conditions of a request": (text) =>
    decide({ if_match: text, if_none_match: text, if_modified_since: `Sat, ${text}`, range: text }, version),
  singleRange,
  decodeCaller,
  decodeRunHeader: (text) => attempt(() => decodeRunHeader(text)),
  parseUntrustedJson: (text) => attempt(() => parseUntrustedJson(`{"a":"${text}`, "The body")),
};

function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // That it is refused is nothing new here; how long it takes is.
  }
}

const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const others = ["\u00a0", "\u2028", "é", "ı", "。", "\ud800", "😀"];

/** What an expression begins or ends with, and what it may then look through in vain. */
const nasty = [
  String.raw`\"`,
  String.raw`\\"`,
  String.raw`\'`,
  String.raw`"token":`,
  String.raw`\"token\":\"`,
  `${"\\".repeat(31)}"token${"\\".repeat(31)}":${"\\".repeat(31)}"`,
  "client_secret=",
  "client_secret%3a",
  "apikey%3a%22",
  "databricks_gateway_",
  "databricks_",
  "cookie:",
  "cookie: ",
  "cookie   ",
  "bearer ",
  "bearer+",
  "eyJ",
  "eyJaaaaa.",
  "dapi0123456789abcdef",
  "a.",
  "a-",
  "1.2.",
  "a://",
  "a://a",
  "https://a?",
  "https://a:b@",
  "a.b+c://",
  "?sig=",
  "X-Amz-Signature=",
  "a.databricks.com",
  "\n at ",
  "\n\n",
  "\r\n",
  " \n",
  "  ",
  " a",
  "\t;",
  "[A",
  "[AA.",
  "SQLSTATE: ",
  "Error: ",
  "aException",
  "<pre>",
  "<a",
  "<>",
  "((",
  "(,",
  "(a",
  ")(",
  "--\n",
  "/**/",
  "/**/(",
  "/*+",
  "/*",
  "*/",
  "''",
  "'a'",
  '""',
  '"a',
  "r'",
  "`a`",
  "``",
  "`.",
  "$a$",
  "$$",
  ";;",
  "a,",
  "1e1",
  "%2e",
  "%25",
  "%u002e",
  "..;",
  "/.",
  "W/",
  'W/"',
  "::",
  ":1",
  "]:",
  "__proto__",
];
const texts = [...ascii, ...others, ...nasty];

const shortLength = 1024;
const factor = 16;
const attemptsMax = 10;

function msOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/**
 * Whether a long text takes as much time as its parts one by one: a linear expression takes as much, a quadratic one 16
 * times as much. A busy machine can spoil one of the comparisons, never all. What takes no time at all is linear.
 */
function isLinear(place: (text: string) => unknown, text: string, attempts = attemptsMax): boolean {
  const shortText = text.repeat(Math.ceil(shortLength / text.length));
  const longText = shortText.repeat(factor);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const longMs = msOf(() => place(longText));
    if (longMs < 3) return true;
    const partsMs = msOf(() => {
      for (let part = 0; part < factor; part++) place(shortText);
    });
    if (longMs < 5 * partsMs) return true;
  }
  return false;
}

describe.each(Object.entries(places))("%s", (_name, place) => {
  test("takes time in proportion to its text, whatever is repeated in it", () => {
    expect(texts.filter((text) => !isLinear(place, text))).toEqual([]);
  });
});

test("an expression that takes quadratic time fails the check", () => {
  expect(isLinear((text) => /a+b/.test(text), "a", 2)).toBe(false);
});
