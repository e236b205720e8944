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
import { toUpstreamError } from "../src/databricks/api-error.ts";
import { leavesSessionAsItWas } from "../src/sql/session-safety.ts";
import { toStatementError } from "../src/sql/statement-error.ts";
import { typedParameter } from "../src/sql/typed-parameter.ts";

const redact = createRedactor(["adb-1.2.azuredatabricks.net:443"], ["a secret of the settings"]);
const version = { etag: '"an etag"', lastModified: "Sat, 28 Nov 2026 08:00:00 GMT" };

/**
 * Every place where text from outside meets a regular expression, or a loop of our own. What reaches them has a bound, in
 * characters or bytes, long before these places do:
 *
 * | text | at most | set in |
 * |---|---|---|
 * | an error's body, of REST, of SQL or of the login service | 64 KiB | gateway-api-client.ts, thrift-transport.ts, token-source.ts |
 * | a message of the SQL driver's protocol | 10,000 | call-failure.ts |
 * | a message in a line of the log | 65,536, and of its causes as many each | describe-error.ts |
 * | a header, with all the others | 64 KiB | app.ts |
 * | who calls | 1,024 | run-protocol.ts |
 * | a body of JSON, and with it every parameter | 1 MiB | run-route.ts |
 * | SQL | 500,000; read whole only up to 100,000, otherwise its first 16,384 | sql-text.ts, reading-statement.ts, session-safety.ts |
 * | a DECIMAL | 100 | sql-parameters.ts |
 * | a path, a name | 4,096, 255 | volume-path.ts, securable-name.ts |
 *
 * Only the redactor meets the largest of them whole: a statement and its parameters, for the audit log, where the settings
 * ask for them. It has to take less than 100 ms for 1 MB of anything, on a machine without other work.
 */
export const places: Readonly<Record<string, (text: string) => unknown>> = {
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
  whyNotReading: (text) => whyNotReading(unlikeOthers(text)),
  "whyNotReading, after SELECT": (text) => whyNotReading(unlikeOthers(`SELECT ${text}`)),
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

let differences = 0;

/** For what remembers its last answers. */
function unlikeOthers(text: string): string {
  differences += 1;
  return `${text} ${differences}`;
}

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
export const texts = [...ascii, ...others, ...nasty];
