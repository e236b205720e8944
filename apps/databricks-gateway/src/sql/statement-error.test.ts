import { Readable } from "node:stream";
import { createRedactor } from "@front-door/service-runtime";
import { describe, expect, it } from "vitest";
import { hasEnded, isInvalidSession, isSurelyNotStarted, toStatementError } from "./statement-error.ts";

const redact = createRedactor(["workspace.example.com"], ["dapi-secret-token"]);
const told = async (error: unknown) => {
  const { code, status, message, details } = await toStatementError(error, redact);
  return { code, status, message, details };
};

function stateError(errorCode: string, response: object): Error {
  return Object.assign(new Error("The operation failed due to an error"), { errorCode, response });
}

describe("an error of the driver", () => {
  it("becomes a 400 in Databricks' words if the statement failed", async () => {
    const displayMessage =
      "[TABLE_OR_VIEW_NOT_FOUND] The table `x` cannot be found. SQLSTATE: 42P01; line 1 pos 14";
    expect(await told(stateError("ERROR", { displayMessage, sqlState: "42P01" }))).toEqual({
      code: "STATEMENT_FAILED",
      status: 400,
      message: displayMessage,
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND", sql_state: "42P01" }],
    });
  });

  it("shows no Java, no token and no host", async () => {
    const displayMessage =
      "org.apache.hive.service.cli.HiveSQLException: Error running query: [DIVIDE_BY_ZERO] org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero on workspace.example.com with dapi-secret-token. SQLSTATE: 22012\n\tat org.apache.spark.X(Y.scala:1)";
    expect(await told(stateError("ERROR", { displayMessage }))).toEqual({
      code: "STATEMENT_FAILED",
      status: 400,
      message: "[DIVIDE_BY_ZERO] Division by zero on [workspace] with [redacted]. SQLSTATE: 22012",
      details: [{ error_class: "DIVIDE_BY_ZERO", sql_state: "22012" }],
    });
  });

  it("is read in linear time however many empty lines it has", async () => {
    const displayMessage = `no${"\n".repeat(500_000)}x`;
    expect(await told(stateError("ERROR", { displayMessage }))).toMatchObject({ message: "no" });
  });

  it("becomes an OperationError even if it is not an Error", async () => {
    const refused = { name: "Status Error", message: "[PARSE_SYNTAX_ERROR] no. SQLSTATE: 42601", code: -1 };
    expect(await told(refused)).toMatchObject({
      status: 400,
      details: [{ error_class: "PARSE_SYNTAX_ERROR", sql_state: "42601" }],
    });
    expect(hasEnded(refused)).toBe(true);
    expect(isInvalidSession(refused)).toBe(false);
    expect(isInvalidSession({ ...refused, message: "Invalid SessionHandle: SessionHandle [1]" })).toBe(true);
  });

  it("says whether the statement timed out or was cancelled", async () => {
    expect(await told(stateError("TIMEOUT", {}))).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504 });
    const displayMessage = "[STATEMENT_TIMEOUT] Query timed out.";
    expect(await told(stateError("ERROR", { displayMessage }))).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(await told(stateError("CANCELED", {}))).toMatchObject({
      status: 400,
      message: "The statement was cancelled at Databricks.",
    });
  });

  it.each([
    [
      {
        statusCode: 403,
        response: { body: Readable.from(['{"error_code":"PERMISSION_DENIED","message":"no"}']) },
      },
      403,
    ],
    [
      {
        statusCode: 429,
        response: { headers: new Headers({ "retry-after": "7" }), body: Readable.from([""]) },
      },
      429,
    ],
    [{ statusCode: 503 }, 503],
    [{ statusCode: 500, response: { body: Readable.from(["<pre>stack</pre>"]) } }, 502],
    [new Error("Hive driver: 503 when connecting to resource. Max retry count exceeded."), 503],
    [new Error("Hive driver: Error when connecting to resource. Max retry count exceeded."), 502],
    [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), 502],
    [new Error("socket hang up"), 502],
    [new Error("Request timed out"), 504],
    [new TypeError("a defect"), 500],
    ["thrown text", 500],
  ])("of HTTP or below it has the status of its kind: %#", async (error, status) => {
    expect((await told(error)).status).toBe(status);
  });

  it("tells whether a statement surely did not start", () => {
    expect(isSurelyNotStarted({ statusCode: 503 })).toBe(true);
    expect(isSurelyNotStarted({ statusCode: 429 })).toBe(true);
    expect(isSurelyNotStarted({ code: "ECONNREFUSED" })).toBe(true);
    expect(isSurelyNotStarted({ code: "ECONNRESET" })).toBe(false);
    expect(isSurelyNotStarted({ statusCode: 500 })).toBe(false);
    expect(isSurelyNotStarted(new Error("socket hang up"))).toBe(false);
  });
});
