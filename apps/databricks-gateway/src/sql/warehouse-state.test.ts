import { describe, expect, it } from "vitest";
import { CallFailure, StatusFailure } from "./call-failure.ts";
import {
  isSessionLost,
  isWarehouseDeleted,
  isWarehouseGone,
  isWarehouseStarting,
  tellsOfGoneWarehouse,
} from "./warehouse-state.ts";

const id = "01f05276-6147-1fa3-97ce-77356bbde400";
const refused = (errorMessage: string, call = "executeStatement") =>
  new StatusFailure(call, { statusCode: 3, errorMessage });
const answered = (status: number, text: string, headers = {}) =>
  new CallFailure("status", `Databricks answered ${status}`, { reply: { status, headers, text } });

describe("a session is lost", () => {
  it.each([
    `Invalid SessionHandle: SessionHandle [${id}]`,
    `Invalid SessionHandle [${id}]`,
    `Invalid Session Handle: Session [${id}] is Closed`,
    `requirement failed: Session handle: SessionHandle [${id}] has not been initialized or had already closed`,
    `java.lang.IllegalArgumentException: requirement failed: Session handle: SessionHandle [${id}] has not been initialized or had already closed.\n\tat scala.Predef$.require(Predef.scala:281)`,
    `org.apache.hive.service.cli.HiveSQLException: Invalid SessionHandle: SessionHandle [${id}]`,
    `BAD_REQUEST: Invalid SessionHandle: Session [${id}] is closed.`,
    `[INVALID_HANDLE.SESSION_CLOSED] The handle ${id} is invalid. Session was closed. SQLSTATE: HY000`,
    `[INVALID_HANDLE.SESSION_NOT_FOUND] The handle ${id} is invalid. Session not found.`,
    `Session ${id} does not exist`,
    "The session was closed or has expired",
    "Session is expired",
    "invalid session",
    "No such session: 7",
  ])("%j", (words) => {
    expect(isSessionLost(refused(words))).toBe(true);
    expect(isSessionLost(answered(400, "", { "x-thriftserver-error-message": words }))).toBe(true);
    expect(isSessionLost(answered(404, JSON.stringify({ message: words })))).toBe(true);
  });

  it("INVALID_HANDLE_STATUS, whatever its words", () => {
    expect(isSessionLost(new StatusFailure("executeStatement", { statusCode: 4 }))).toBe(true);
  });

  it.each([
    "[USER_RAISED_EXCEPTION] Invalid SessionHandle: SessionHandle [1]. SQLSTATE: P0001",
    "[UNRESOLVED_VARIABLE] Cannot resolve session variable `x`.",
    "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid.",
    "Error running query: [USER_RAISED_EXCEPTION] session x expired",
    "Error running query: java.lang.RuntimeException: session handle not right",
    "Session variable x does not exist",
    "Table sessions does not exist",
    "",
  ])("but not by %j", (words) => {
    expect(isSessionLost(refused(words))).toBe(false);
  });

  it("but not by the words of a call on a running statement, or of a failure that proves nothing", () => {
    const words = `Invalid SessionHandle: SessionHandle [${id}]`;
    expect(isSessionLost(refused(words, "getOperationStatus"))).toBe(false);
    expect(isSessionLost(answered(503, words))).toBe(false);
    for (const status of [401, 403, 408, 429, 499, 500]) {
      expect(isSessionLost(answered(status, words))).toBe(false);
    }
  });
});

describe("a warehouse is starting", () => {
  it.each([
    "SQL warehouse a1b2 is not ready (current state: STARTING)",
    "SQL warehouse a1b2 is not ready (current state: STOPPED)",
    "The background threadpool cannot accept new task for execution, please retry the operation",
    "TEMPORARILY_UNAVAILABLE: Cluster 5711-083124-7nybcy05 is temporarily unavailable.",
    "Couldn't create directory /local_disk0/tmp/9f/_resources",
    "The SQL warehouse my warehouse is starting",
    "Endpoint 7 is currently resizing",
  ])("%j", (words) => {
    expect(isWarehouseStarting(refused(words))).toBe(true);
    expect(isWarehouseStarting(answered(503, words))).toBe(true);
    expect(isWarehouseDeleted(refused(words))).toBe(false);
  });

  it("any 503 of the thrift server itself", () => {
    expect(isWarehouseStarting(answered(503, "", { "x-thriftserver-error-message": "x" }))).toBe(true);
    expect(isWarehouseStarting(answered(503, ""))).toBe(false);
    expect(isWarehouseStarting(answered(500, "", { "x-thriftserver-error-message": "x" }))).toBe(false);
  });

  it.each(["[USER_RAISED_EXCEPTION] the warehouse is starting", "syntax error at warehouse"])(
    "but not by %j",
    (words) => {
      expect(isWarehouseStarting(refused(words))).toBe(false);
    },
  );
});

it.each([
  ["SQL warehouse a1b2 does not exist.", true, true],
  ["ENDPOINT_NOT_FOUND: SQL warehouse a1b2 does not exist at all in the database", true, true],
  ["SQL warehouse a1b2 is not ready (current state: DELETED)", true, true],
  ["SQL warehouse a1b2 was deleted", true, true],
  ["SQL warehouse a1b2 is not ready (current state: STOPPED)", true, false],
  ["Warehouse a1b2 is stopped", true, false],
  ["SQL warehouse a1b2 is not ready (current state: STARTING)", false, false],
])("by %j another warehouse may serve (%s), and it never comes back (%s)", (words, isGone, isDeleted) => {
  expect([isWarehouseGone(refused(words)), tellsOfGoneWarehouse(words)]).toEqual([isGone, isGone]);
  expect(isWarehouseDeleted(refused(words))).toBe(isDeleted);
  expect(isWarehouseStarting(refused(words))).toBe(!isDeleted);
});
