import { errorTable } from "@front-door/operations";
import { createRedactor } from "@front-door/service-runtime";
import { describe, expect, test } from "vitest";
import { toUpstreamError } from "./api-error.ts";

const redact = createRedactor(["adb-1.azuredatabricks.net"], ["my-own-secret-token"]);

function headersOf(retryAfter: string | undefined, reason?: string) {
  return { "retry-after": retryAfter, "x-databricks-reason-phrase": reason };
}

function mapped(status: number, body: unknown, retryAfter?: string, reads = false) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const {
    code,
    message,
    status: to,
    retryable,
    retryAfterSeconds,
    details,
  } = toUpstreamError({ status, headers: headersOf(retryAfter), text, reads }, redact);
  return { code, message, status: to, retryable, retryAfterSeconds, details };
}

describe("each shape of Databricks' errors is read:", () => {
  const requestInfo = { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: "1" };
  test.each<[string, number, unknown, object]>([
    [
      "code, message and details",
      404,
      {
        error_code: "SCHEMA_DOES_NOT_EXIST",
        message: "Schema 'c.s' does not exist.",
        details: [requestInfo],
      },
      {
        code: "SCHEMA_DOES_NOT_EXIST",
        status: 404,
        message: "Schema 'c.s' does not exist.",
        details: [{ reason: "RequestInfo", metadata: { request_id: "1" } }],
      },
    ],
    ["a numeric code", 401, { error_code: 401, message: "x" }, { code: "UNAUTHENTICATED", status: 401 }],
    [
      "a numeric code",
      403,
      { error_code: 403, message: "Invalid access token." },
      { code: "PERMISSION_DENIED" },
    ],
    ["no code", 404, { message: "gone" }, { code: "NOT_FOUND", status: 404, message: "gone" }],
    ["no body", 404, "", { code: "NOT_FOUND", message: errorTable.NOT_FOUND.meaning }],
    ["no body", 409, "", { code: "RESOURCE_CONFLICT", status: 409 }],
    [
      "CODE: message",
      400,
      "INVALID_STATE: Cluster is down",
      { code: "INVALID_STATE", message: "Cluster is down" },
    ],
    [
      "HTML with pre",
      403,
      "<html><pre>No entry.\n</pre></html>",
      { code: "PERMISSION_DENIED", message: "No entry." },
    ],
    [
      "HTML with a title",
      400,
      "<html><title>Error 400 io.jsonwebtoken</title></html>",
      { code: "BAD_REQUEST", message: "Error 400 io.jsonwebtoken" },
    ],
    [
      "some text",
      400,
      "<html>internal proxy 10.0.0.1</html>",
      { message: "Databricks refused the request." },
    ],
    [
      "plain text",
      400,
      "Unable to load OAuth Config\n",
      { code: "BAD_REQUEST", message: "Unable to load OAuth Config" },
    ],
    ["plain text of several lines", 400, "at a\nat b", { message: "Databricks refused the request." }],
    ["long plain text", 400, "x".repeat(301), { message: "Databricks refused the request." }],
    ["a status of its own without a code", 422, "nothing", { status: 422, code: "BAD_REQUEST" }],
    ["a numeric code", 422, { error_code: 422, message: "no" }, { status: 422, message: "no" }],
    [
      "a code with a sub-class",
      400,
      { error_code: "INVALID_STATE.OVERLAP", message: "m" },
      { code: "INVALID_STATE.OVERLAP" },
    ],
    [
      "SCIM",
      404,
      { schemas: ["x"], detail: "User not found", status: "404", scimType: "noTarget" },
      { code: "NOT_FOUND", message: "noTarget User not found" },
    ],
    [
      "SCIM with null",
      403,
      { detail: "null", status: "403" },
      { message: errorTable.PERMISSION_DENIED.meaning },
    ],
    ["API 1.2", 400, { error: "bad thing" }, { code: "BAD_REQUEST", message: "bad thing" }],
    [
      "a message that is no text",
      404,
      { error_code: "X_Y", message: { a: 1 } },
      { code: "X_Y", status: 404 },
    ],
    ["an array", 400, [1], { code: "BAD_REQUEST" }],
    ["null", 400, "null", { code: "BAD_REQUEST" }],
  ])("%s", (_shape, status, body, expected) => {
    expect(mapped(status, body)).toMatchObject(expected);
  });
});

describe("the status that a caller sees:", () => {
  test.each<[string, number, unknown, string, number]>([
    [
      "a known code beats the status",
      400,
      { error_code: "VOLUME_ALREADY_EXISTS" },
      "VOLUME_ALREADY_EXISTS",
      409,
    ],
    ["but not that of a 500", 500, { error_code: "RESOURCE_DOES_NOT_EXIST" }, "UPSTREAM_ERROR", 502],
    ["nor that of a 504", 504, { error_code: "NOT_FOUND" }, "UPSTREAM_ERROR", 502],
    ["nor that of a 503", 503, { error_code: "RESOURCE_EXHAUSTED" }, "TEMPORARILY_UNAVAILABLE", 503],
    ["nor that of a 408", 408, { error_code: "NOT_FOUND" }, "REQUEST_TIMEOUT", 408],
    ["nor that of a 499", 499, { error_code: "BAD_REQUEST" }, "CANCELLED", 499],
    ["an unknown code keeps the status", 422, { error_code: "QUOTA_EXCEEDED" }, "QUOTA_EXCEEDED", 422],
    ["a 500 says nothing", 500, { error_code: "BOOM_BOOM", message: "stack" }, "UPSTREAM_ERROR", 502],
    ["INTERNAL_ERROR is Databricks' own", 500, { error_code: "INTERNAL_ERROR" }, "UPSTREAM_ERROR", 502],
    ["504 too", 504, "", "UPSTREAM_ERROR", 502],
    ["503 stays", 503, "", "TEMPORARILY_UNAVAILABLE", 503],
    [
      "by the code of a 4xx too",
      400,
      { error_code: "TEMPORARILY_UNAVAILABLE" },
      "TEMPORARILY_UNAVAILABLE",
      503,
    ],
    ["501 stays", 501, { error_code: "NOT_IMPLEMENTED", message: "x" }, "NOT_IMPLEMENTED", 501],
    ["429", 429, { error_code: "REQUEST_LIMIT_EXCEEDED" }, "REQUEST_LIMIT_EXCEEDED", 429],
    ["our own codes mean nothing there", 403, { error_code: "HOST_NOT_ALLOWED" }, "PERMISSION_DENIED", 403],
    ["our own codes mean nothing there", 404, { error_code: "UNKNOWN_OPERATION" }, "NOT_FOUND", 404],
  ])("%s", (_what, status, body, code, to) => {
    expect(mapped(status, body)).toMatchObject({ code, status: to });
  });

  test.each([
    [500, "RESOURCE_DOES_NOT_EXIST", 404],
    [503, "RESOURCE_EXHAUSTED", 429],
    [500, "TEMPORARILY_UNAVAILABLE", 503],
    [408, "NOT_FOUND", 404],
  ])("of a call that only reads, a %i with the code %s is the code's", (status, error_code, to) => {
    expect(mapped(status, { error_code }, undefined, true)).toMatchObject({ code: error_code, status: to });
  });

  test.each([408, 499])("a %i has Databricks' own message, or says that Databricks gave up", (status) => {
    expect(mapped(status, { error_code: "X_Y", message: "Too slow." }).message).toBe("Too slow.");
    expect(mapped(status, "upstream request timeout").message).toBe("upstream request timeout");
    for (const body of ["", { error_code: "NOT_FOUND" }]) {
      expect(mapped(status, body).message).toBe("Databricks gave up on the request.");
    }
  });

  test("no text of a 5xx reaches the caller", () => {
    const error = mapped(500, { error_code: "X_Y", message: "secret stack", details: [{ a: "secret" }] });
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  test.each<[string | undefined, number]>([
    ["7", 7],
    [undefined, 1],
    ["0", 1],
    ["soon", 1],
    ["Wed, 21 Oct 2026 07:28:00 GMT", 1],
    ["999999", 3600],
  ])("Retry-After %s is %i seconds", (header, seconds) => {
    expect(mapped(429, "", header)).toMatchObject({ retryAfterSeconds: seconds, retryable: true });
    expect(mapped(503, "", header)).toMatchObject({ retryAfterSeconds: seconds, retryable: true });
  });
});

const causeOf = (status: number, text: string, reason?: string) =>
  String(toUpstreamError({ status, headers: headersOf(undefined, reason), text }, redact).cause);

describe("the log", () => {
  test.each([
    ["an empty body", 403, "", "403 PERMISSION_DENIED: (empty body)"],
    ["plain text", 500, "upstream connect error, reset reason: overflow", "reset reason: overflow"],
    ["several lines", 502, "first\r\nsecond", "502 : first second"],
    ["a page without a title", 502, "<html><body>proxy error</body></html>", "<body>proxy error</body>"],
    ["a secret as [redacted]", 500, "failed for Bearer abcdefgh", "failed for Bearer [redacted]"],
  ])("shows %s", (_what, status, text, expected) => {
    expect(causeOf(status, text)).toContain(expected);
  });

  test("shows the reason of a reply without a body, and so does the caller's message", () => {
    expect(causeOf(403, "", "Invalid access token.")).toContain("Invalid access token.");
    const reply = { status: 403, headers: headersOf(undefined, "Invalid access token."), text: "" };
    expect(toUpstreamError(reply, redact).message).toBe("Invalid access token.");
  });
});

describe("a reply of Databricks", () => {
  test.each<[string, number, string | undefined, boolean]>([
    ["with 503 and Retry-After shows that the call did not run", 503, "5", true],
    ["with 503 alone leaves open whether the call ran", 503, undefined, false],
    ["with 503 and an unreadable Retry-After leaves open whether the call ran", 503, "soon", false],
    ["with 500 leaves open whether the call ran", 500, "5", false],
    ["with 504 leaves open whether the call ran", 504, undefined, false],
  ])("%s", (_what, status, retryAfter, expected) => {
    expect(toUpstreamError({ status, headers: headersOf(retryAfter), text: "" }, redact).surelyNotRun).toBe(
      expected,
    );
  });

  test.each(
    Object.entries(errorTable)
      .filter(([, { isOurs }]) => isOurs)
      .map(([code]) => code),
  )("with the code %s, which is our own, becomes BAD_REQUEST", (code) => {
    expect(mapped(400, { error_code: code, message: "m" })).toMatchObject({
      code: "BAD_REQUEST",
      status: 400,
    });
  });
});

describe("what a caller never sees", () => {
  test.each([
    ["a bearer token", "sent Bearer abc.def-123 to it", "sent Bearer [redacted] to it"],
    ["a personal access token", "dapi0123456789abcdef0123456789abcdef-2 is bad", "[redacted] is bad"],
    ["a web token", "got eyJhbGciOi.eyJzdWIi.c2ln here", "got [redacted] here"],
    ["a token of its own", "got my-own-secret-token here", "got [redacted] here"],
    ["the host", "at adb-1.azuredatabricks.net now", "at [workspace] now"],
    ["another workspace's host", "at x.cloud.databricks.com:443 now", "at [workspace] now"],
    ["a presigned URL", "see https://b.s3.amazonaws.com/k?X-Amz-Signature=ab12 now", "see [url] now"],
    ["control characters", "a\r\nSet-Cookie: b", "a Set-Cookie: [redacted]"],
  ])("%s", (_what, message, shown) => {
    expect(mapped(400, { error_code: "X_Y", message }).message).toBe(shown);
  });

  test("names with periods are not mistaken for tokens", () => {
    const message = "Volume 'catalog_name_long.schema_name_long.volume_name_long' does not exist.";
    expect(mapped(404, { message }).message).toBe(message);
  });

  test("DebugInfo is dropped, and nested values of other details are redacted", () => {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.DebugInfo", stack_entries: ["at x"] },
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", metadata: { who: ["Bearer abcdef"] } },
      "text",
    ];
    expect(mapped(400, { error_code: "X_Y", message: "m", details }).details).toEqual([
      { reason: "ErrorInfo", metadata: { who: ["Bearer [redacted]"] } },
    ]);
  });

  test("details have one shape, whatever Databricks calls them", () => {
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SCHEMA_DOES_NOT_EXIST",
        domain: "unity-catalog.databricks.com",
        metadata: { resourceType: "Schema" },
      },
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        field_violations: [{ field: "name", description: "is too long" }, "odd", { field: 7 }],
      },
      { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: "r", serving_data: "" },
      { reason: { odd: true }, domain: 5, metadata: "odd" },
      {},
    ];
    expect(mapped(400, { error_code: "X_Y", message: "m", details }).details).toEqual([
      {
        reason: "SCHEMA_DOES_NOT_EXIST",
        domain: "unity-catalog.databricks.com",
        metadata: { resourceType: "Schema" },
      },
      { field: "name", message: "is too long" },
      {},
      { reason: "RequestInfo", metadata: { request_id: "r", serving_data: "" } },
      {},
      {},
    ]);
  });

  test("details are bounded in number, in fields and in length", () => {
    const wide = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`f${index}`, "x".repeat(5_000)]),
    );
    const details = Array.from({ length: 50 }, () => ({ ...wide, inner: wide, list: Array(50).fill(1) }));
    const shown = mapped(400, { error_code: "X_Y", message: "m", details }).details ?? [];
    expect(shown).toHaveLength(20);
    expect(Object.keys(shown[0]?.metadata ?? {})).toHaveLength(20);
    expect(shown[0]?.metadata?.["f0"]).toHaveLength(2_000);
    const inner = mapped(400, { details: [{ inner: wide }] }).details?.[0]?.metadata?.["inner"];
    expect(Object.keys(inner as object)).toHaveLength(20);
    const list = mapped(400, { details: [{ list: Array(50).fill(1) }] }).details?.[0]?.metadata?.["list"];
    expect(list).toHaveLength(20);
  });

  // The test's own time limit is what fails when the time grows faster than the text.
  test.each(["<pre>", "<title>", "<"])("a page of 200,000 times %j comes to an end", (piece) => {
    const page = `<pre>${piece.repeat(200_000)}`;
    expect(mapped(400, page).message).toBe("Databricks refused the request.");
    expect(mapped(400, `${page}</pre>`).message).toBe("Databricks refused the request.");
    expect(mapped(400, `<title>No.</title>${page}`).message).toBe("No.");
  });

  test("a long message is cut to 2,000 characters", () => {
    expect(mapped(400, { message: "x".repeat(100_000) }).message).toHaveLength(2000);
  });
});
