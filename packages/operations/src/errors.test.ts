import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { OperationError, toErrorEnvelope } from "./errors.ts";
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
