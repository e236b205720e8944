import { createRedactor } from "@front-door/service-runtime";
import { describe, expect, it } from "vitest";
import { CallFailure, StatusFailure } from "./call-failure.ts";
import { failureDetail, hasEnded, toStatementError } from "./statement-error.ts";

const redact = createRedactor(["workspace.example.com"], ["dapi-secret-token"]);
const told = (error: unknown) => {
  const { code, status, message, details } = toStatementError(error, redact);
  return { code, status, message, details };
};

function stateError(errorCode: string, response: object): Error {
  return Object.assign(new Error("The operation failed due to an error"), { errorCode, response });
}

function answered(status: number, headers: Record<string, string> = {}, text = ""): CallFailure {
  return new CallFailure("status", `Databricks answered ${status}`, { reply: { status, headers, text } });
}

describe("an error of the driver", () => {
  it("becomes a 400 in Databricks' words if the statement failed", () => {
    const displayMessage =
      "[TABLE_OR_VIEW_NOT_FOUND] The table `x` cannot be found. SQLSTATE: 42P01; line 1 pos 14";
    expect(told(stateError("ERROR", { displayMessage, sqlState: "42P01" }))).toEqual({
      code: "STATEMENT_FAILED",
      status: 400,
      message: displayMessage,
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND", sql_state: "42P01" }],
    });
  });

  it("names the error class in the log, and none of the statement's words", () => {
    const displayMessage = "[DIVIDE_BY_ZERO] a secret of the caller. SQLSTATE: 22012";
    const { cause } = toStatementError(stateError("ERROR", { displayMessage }), redact);
    expect((cause as Error).message).toBe("the statement failed: DIVIDE_BY_ZERO, 22012");
  });

  it("shows no Java, no token and no host", () => {
    const displayMessage =
      "org.apache.hive.service.cli.HiveSQLException: Error running query: [DIVIDE_BY_ZERO] org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero on workspace.example.com with dapi-secret-token. SQLSTATE: 22012\n\tat org.apache.spark.X(Y.scala:1)";
    expect(told(stateError("ERROR", { displayMessage }))).toEqual({
      code: "STATEMENT_FAILED",
      status: 400,
      message: "[DIVIDE_BY_ZERO] Division by zero on [workspace] with [redacted]. SQLSTATE: 22012",
      details: [{ error_class: "DIVIDE_BY_ZERO", sql_state: "22012" }],
    });
  });

  it("is read in linear time however many empty lines it has", () => {
    const displayMessage = `no${"\n".repeat(500_000)}x`;
    expect(told(stateError("ERROR", { displayMessage }))).toMatchObject({ message: "no" });
  });

  it("keeps the SQLSTATE of a refused statement, which the driver's own error loses", () => {
    const refused = new StatusFailure("executeStatement", {
      statusCode: 3,
      sqlState: "42601",
      errorMessage: "org.apache.X: [PARSE_SYNTAX_ERROR] no\n\tat org.apache.X",
      displayMessage: "[PARSE_SYNTAX_ERROR] no",
    });
    expect(told(refused)).toEqual({
      code: "STATEMENT_FAILED",
      status: 400,
      message: "[PARSE_SYNTAX_ERROR] no",
      details: [{ error_class: "PARSE_SYNTAX_ERROR", sql_state: "42601" }],
    });
    expect(hasEnded(refused)).toBe(false);
  });

  it.each(["getOperationStatus", "getResultSetMetadata", "fetchResults"])(
    "of %s is no refusal of the statement",
    (call) => {
      const failure = new StatusFailure(call, { statusCode: 3, errorMessage: "Invalid OperationHandle" });
      expect(told(failure)).toMatchObject({ code: "UPSTREAM_ERROR", status: 502 });
    },
  );

  it("of a statement that fails while its rows are read is the statement's", () => {
    const errorMessage = "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012";
    expect(told(new StatusFailure("fetchResults", { statusCode: 3, errorMessage }))).toMatchObject({
      code: "STATEMENT_FAILED",
      details: [{ error_class: "DIVIDE_BY_ZERO", sql_state: "22012" }],
    });
  });

  it("says whether the statement timed out or was cancelled", () => {
    expect(told(stateError("TIMEOUT", {}))).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504 });
    const displayMessage = "[STATEMENT_TIMEOUT] Query timed out.";
    expect(told(stateError("ERROR", { displayMessage }))).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(told(stateError("CANCELED", {}))).toMatchObject({
      status: 400,
      message: "The statement was cancelled at Databricks.",
    });
  });

  it.each(["CLOSED", "UNKNOWN"])("with the state %s says nothing of the statement's effect", (state) => {
    expect(told(stateError(state, {}))).toMatchObject({ code: "UPSTREAM_ERROR", status: 502 });
    expect(hasEnded(stateError(state, {}))).toBe(false);
  });

  it.each([
    [answered(403, {}, '{"error_code":"PERMISSION_DENIED","message":"no"}'), 403, "no"],
    [answered(403, { "x-databricks-reason-phrase": "BAD: no network" }), 403, "no network"],
    [answered(400, { "x-thriftserver-error-message": "BAD_REQUEST: too long" }, "\u0000"), 400, "too long"],
    [answered(429, { "retry-after": "7" }), 429, undefined],
    [answered(503), 503, undefined],
    [answered(500, {}, "<pre>stack</pre>"), 502, "Databricks failed with an internal error."],
    [answered(204), 502, "Databricks answered with the HTTP status 204."],
    [answered(302, { location: "https://x/y?z=1" }), 502, "Databricks answered with a redirect."],
    [
      answered(302, { location: "/login.html?error=private-link-validation-error:1" }),
      502,
      "Databricks answered with a redirect: private-link-validation-error.",
    ],
    [new CallFailure("not connected", "x"), 502, "Databricks could not be reached."],
    [new CallFailure("no reply", "x"), 502, "Databricks closed the connection before it replied."],
    [new CallFailure("cut", "x"), 502, "Databricks' reply broke off."],
    [new CallFailure("late", "x"), 504, undefined],
    [new CallFailure("exception", "x"), 502, "Databricks failed with an internal error."],
    [new CallFailure("unreadable", "x"), 502, undefined],
    [new TypeError("a defect"), 500, undefined],
    ["thrown text", 500, undefined],
  ])("of HTTP or below it has the status and words of its kind: %#", (error, status, message) => {
    const seen = told(error);
    expect(seen.status).toBe(status);
    if (message !== undefined) expect(seen.message).toBe(message);
  });

  it("names where a redirect leads in the log, without the values of its query", () => {
    const { cause } = toStatementError(answered(307, { location: "https://other/login?token=x#y" }), redact);
    expect((cause as Error).message).toBe("Databricks answered 307 to https://other/login with token");
  });
});

it.each([
  ["[PARSE_SYNTAX_ERROR] no. SQLSTATE: 42601", undefined, "PARSE_SYNTAX_ERROR", "42601"],
  ["[UNRESOLVED_COLUMN.WITH_SUGGESTION] no", "42703", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"],
  [
    "Job aborted due to stage failure: [DIVIDE_BY_ZERO] Division by zero.",
    undefined,
    "DIVIDE_BY_ZERO",
    undefined,
  ],
  ["java.lang.X$YException: [CAST_INVALID_INPUT] no\n\tat a.b(c)", "22018", "CAST_INVALID_INPUT", "22018"],
  ["Path [ABC] is not there", undefined, undefined, undefined],
  ["no class", "not a state", undefined, undefined],
])("the error class and SQLSTATE of %j (%s) are %s and %s", (message, given, errorClass, sqlState) => {
  expect(failureDetail(message, given)).toEqual({
    ...(errorClass === undefined ? {} : { error_class: errorClass }),
    ...(sqlState === undefined ? {} : { sql_state: sqlState }),
  });
});
