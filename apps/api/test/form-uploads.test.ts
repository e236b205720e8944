import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { at, type CallInit, type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ unreadBodyLingerMs: 50 });
});
afterAll(() => stack.close());
beforeEach(() => stack.workspace.clearRequests());

const path = `${volume}/form.csv`;
const target = at("/api/files", path);
const put = (init: CallInit) => stack.call("PUT", target, init);
const envelope = [
  "--x",
  'Content-Disposition: form-data; name="file"; filename="t.csv"',
  "",
  "a,b\n1,2\n",
  "--x--",
  "",
].join("\r\n");

describe("an uploaded form", () => {
  const types: (string | string[])[] = [
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "Multipart/Form-Data;boundary=x",
    "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8",
    "  multipart/form-data  ; boundary=x",
    "multipart/form-data;",
    "text/csv, multipart/form-data; boundary=x",
    ["text/csv", "multipart/form-data; boundary=x"],
    ["application/x-www-form-urlencoded", "text/csv"],
  ];
  it.each(types)("returns 415 before anything is stored, with Content-Type %j", async (type) => {
    const answer = await put({ headers: { "content-type": type }, body: envelope });
    expect([answer.status, answer.json.error_code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect(answer.json.error).toContain("curl -T FILE");
    expect(answer.json.error).toContain("-H 'content-type: application/octet-stream'");
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("returns 415 when a browser sends a FormData in chunks", async () => {
    const form = new FormData();
    form.set("file", new Blob(["a,b\n1,2\n"]), "t.csv");
    const answer = await fetch(stack.url + target, { method: "PUT", body: form });
    expect(answer.status).toBe(415);
    await answer.text();
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("returns 415 without a request for its body", async () => {
    const reply = await rawRequest(
      stack.port,
      [
        `PUT ${target} HTTP/1.1`,
        "Host: localhost",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 1000",
        "Expect: 100-continue",
        "Connection: close",
        "",
        "",
      ].join("\r\n"),
    );
    expect(refusalOf(reply)).toBe("415 UNSUPPORTED_MEDIA_TYPE");
    expect(reply.text).not.toContain("100 Continue");
  });

  it("leaves an existing file unchanged", async () => {
    await put({ body: "the old one" });
    await put({ headers: { "content-type": "multipart/form-data; boundary=x" }, body: envelope });
    expect((await stack.call("GET", target)).text).toBe("the old one");
  });
});

describe("an uploaded file", () => {
  const others: (string | undefined)[] = [
    undefined,
    "application/octet-stream",
    "text/csv",
    "text/plain",
    "multipart/related; boundary=x",
    "multipart/mixed",
    "application/x-www-form-urlencoded-not",
    "text/plain; note=multipart/form-data",
    "nonsense",
    "",
  ];
  it.each(others)("is stored unchanged with Content-Type %j", async (type) => {
    const headers = type === undefined ? {} : { "content-type": type };
    expect((await put({ headers, body: "a,b\n1,2\n" })).json).toMatchObject({ path, file_size: 8 });
    expect((await stack.call("GET", target)).text).toBe("a,b\n1,2\n");
  });
});

it("the API document names the two content types that are refused", async () => {
  const { json } = await stack.call("GET", "/openapi.json");
  const { requestBody, responses } = json.paths["/api/files"].put;
  expect(requestBody.description).toContain("multipart/form-data");
  expect(requestBody.description).toContain("application/x-www-form-urlencoded");
  expect(Object.keys(responses)).toContain("415");
});
