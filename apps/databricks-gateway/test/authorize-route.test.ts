import { encodeCaller, encodeRunHeader } from "@front-door/operations";
import { request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, secret, startGateway, toAnswer } from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;
afterEach(() => gateway.close());

const start = async (settings: Record<string, string> = {}) => {
  // Nothing here asks Databricks.
  gateway = await startGateway("http://127.0.0.1:1", { DATABRICKS_TOKEN: "a-token", ...settings });
};
const json = { "x-gateway-secret": secret, "content-type": "application/json" };

async function authorize(body: string, headers: Record<string, string> = json) {
  return toAnswer(await request(`${gateway.url}/authorize`, { method: "POST", headers, body }));
}
const change = '{"operation":"put_uc_schema"}';

test("POST /authorize returns 204 for an allowed operation, and audits it with its caller", async () => {
  await start();
  const answer = await authorize(change, { ...json, "x-gateway-caller": encodeCaller("zoë") });
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect(gateway.audit).toMatchObject([
    { operation: "put_uc_schema", caller: "zoë", outcome: "ok", status: 204, identity: null, target: null },
  ]);
});

test.each([
  [{ READ_ONLY: "true" }, '{"operation":"get_uc_schema"}', 204],
  [{ READ_ONLY: "true" }, change, 403],
  [{ ALLOWED_OPERATIONS: "list_*" }, change, 403],
  [{ ALLOWED_OPERATIONS: "get_*" }, change, 403],
  [{ ALLOWED_OPERATIONS: "put_*" }, change, 204],
  [{ ALLOWED_OPERATIONS: "*" }, change, 204],
])("with %j, POST /authorize of %s returns %i", async (settings, body, status) => {
  await start(settings);
  expect((await authorize(body)).status).toBe(status);
});

describe("POST /authorize refuses a request with", () => {
  test.each([
    ["no secret", change, { "content-type": "application/json" }, 401, "UNAUTHENTICATED"],
    ["another secret", change, { ...json, "x-gateway-secret": "wrong" }, 401, "UNAUTHENTICATED"],
    ["another host", change, { ...json, host: "evil.example" }, 403, "HOST_NOT_ALLOWED"],
    ["a token", change, { ...json, authorization: "Bearer x" }, 401, "UNAUTHENTICATED"],
    [
      "a form",
      "operation=put_uc_schema",
      { ...json, "content-type": "text/plain" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "an upload",
      change,
      { ...json, "content-type": "application/octet-stream", "x-gateway-run": encodeRunHeader({ op: "me" }) },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["an operation of Databricks", '{"operation":"me"}', json, 400, "INVALID_PARAMETER_VALUE"],
    ["a property of every object", '{"operation":"toString"}', json, 400, "INVALID_PARAMETER_VALUE"],
    ["no operation", "{}", json, 400, "INVALID_PARAMETER_VALUE"],
    ["one field more", '{"operation":"put_uc_schema","as":"x"}', json, 400, "INVALID_PARAMETER_VALUE"],
    ["no JSON", "{", json, 400, "MALFORMED_REQUEST"],
  ])("%s", async (_what, body, headers, status, code) => {
    await start();
    const answer = await authorize(body, headers);
    expect([answer.status, errorOf(answer).error_code]).toEqual([status, code]);
    expect(gateway.audit).toEqual([]);
  });
});
