import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
} from "./gateway-under-test.ts";

// What the login service answers says nothing about the operation that needs the token. A file that exists is asked for, so
// every 4xx except 401 would be a lie about it.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const path = "/Volumes/main/default/files/README.txt";
const asServicePrincipal = {
  DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
  DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
};

beforeAll(async () => {
  workspace = await startWorkspace();
});
afterAll(() => workspace.close());
beforeEach(async () => {
  gateway = await startGateway(workspace.url, asServicePrincipal);
  workspace.clearRequests();
});
afterEach(async () => {
  workspace.clearFaults();
  await gateway.close();
});

const discovery = "/oidc/.well-known/oauth-authorization-server";
const token = "/oidc/v1/token";
const ipList = {
  error_code: 403,
  message: "Source IP address: 203.0.113.7 is blocked by Databricks IP ACL for workspace: 1234",
};
const html = { headers: { "content-type": "text/html" }, body: "<html><title>Sign in</title></html>" };

const cases: readonly [string, object, number, string][] = [
  [
    "404",
    { status: 404, body: { error_code: "ENDPOINT_NOT_FOUND", message: "m" } },
    502,
    "WORKSPACE_SIGN_IN_FAILED",
  ],
  ["404 without a body", { status: 404, body: "" }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["404 and a page", { status: 404, ...html }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["the 403 of an IP access list", { status: 403, body: ipList }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["400 invalid_scope", { status: 400, body: { error: "invalid_scope" } }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  [
    "400 unauthorized_client",
    { status: 400, body: { error: "unauthorized_client" } },
    502,
    "WORKSPACE_SIGN_IN_FAILED",
  ],
  ["401 and a page", { status: 401, ...html }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  [
    "409",
    { status: 409, body: { error_code: "ALREADY_EXISTS", message: "m" } },
    502,
    "WORKSPACE_SIGN_IN_FAILED",
  ],
  ["412", { status: 412, body: "" }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["416", { status: 416, body: "" }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["plain text", { status: 400, body: "Unable to load OAuth Config" }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  ["501", { status: 501, body: "" }, 502, "WORKSPACE_SIGN_IN_FAILED"],
  [
    "500 with the code of a missing file",
    { status: 500, body: { error_code: "NOT_FOUND" } },
    502,
    "UPSTREAM_ERROR",
  ],
  ["502 and a page", { status: 502, ...html }, 502, "UPSTREAM_ERROR"],
  ["429", { status: 429, headers: { "retry-after": "9" }, body: "" }, 503, "TEMPORARILY_UNAVAILABLE"],
  ["408", { status: 408, body: "" }, 503, "TEMPORARILY_UNAVAILABLE"],
  ["503", { status: 503, body: "" }, 503, "TEMPORARILY_UNAVAILABLE"],
  ["200 and a page", { status: 200, ...html }, 502, "UPSTREAM_INVALID_RESPONSE"],
  ["200 and nothing", { status: 200, body: "" }, 502, "UPSTREAM_INVALID_RESPONSE"],
  [
    "a redirect",
    { status: 302, headers: { location: "/login.html" }, body: "" },
    502,
    "UPSTREAM_INVALID_RESPONSE",
  ],
  ["a closed connection", { noReply: "reset" }, 502, "UPSTREAM_UNREACHABLE"],
];

describe.each([
  ["the discovery document", discovery],
  ["the token endpoint", token],
])("when %s of the login service answers with", (_place, endpoint) => {
  test.each(cases)(
    "%s, the gateway returns its own error, not the login service's status",
    async (_what, fault, status, code) => {
      workspace.addFault({ path: endpoint, ...fault });
      for (const [op, params] of [
        ["file_metadata", { path }],
        ["read_file", { path }],
        ["get_catalog", { name: "main" }],
        ["delete_file", { path: "/Volumes/main/default/files/not-there" }],
      ] as const) {
        const { body, text } = await gateway.run(op, params);
        expect([op, body.status, body.error_code, body.outcome]).toEqual([op, status, code, undefined]);
        expect(body.error).toContain("login service");
        expect(body.error).not.toContain("did not accept");
        expect(text).not.toMatch(/203\.0\.113|Sign in/);
      }
      const asked = workspace.requests().filter((request) => !request.path.startsWith("/oidc/"));
      expect(asked).toEqual([]);
      workspace.clearFaults();
      expect((await gateway.run("file_metadata", { path })).status).toBe(200);
    },
  );
});

test("only invalid_client means that the client id and secret are not accepted", async () => {
  const wrong = await startGateway(workspace.url, {
    ...asServicePrincipal,
    DATABRICKS_CLIENT_SECRET: "wrong",
  });
  const { body } = await wrong.run("file_metadata", { path });
  expect(body).toMatchObject({
    status: 401,
    error_code: "UNAUTHENTICATED",
    error: "Databricks' login service did not accept the gateway's client id and secret.",
  });
  await wrong.close();
});

test("the log has the login service's own words", async () => {
  workspace.addFault({ path: token, status: 403, body: ipList });
  await gateway.run("me");
  expect(gateway.log.at(-1)?.["cause"]).toMatch(/403 PERMISSION_DENIED: Source IP address.* is blocked/);
  workspace.clearFaults();
  workspace.addFault({ path: discovery, status: 400, body: "Unable to load OAuth Config" });
  await gateway.run("me");
  expect(gateway.log.at(-1)?.["cause"]).toContain("Unable to load OAuth Config");
});

test("the log names the origin of a token endpoint that is refused, without its path and query", async () => {
  const token_endpoint = "https://user:private@login.example.com:8443/private?q=private";
  workspace.addFault({ path: discovery, status: 200, body: { token_endpoint } });
  expect((await gateway.run("me")).status).toBe(502);
  expect(gateway.log.at(-1)?.["cause"]).toContain("the token endpoint is at https://login.example.com:8443");
  expect(JSON.stringify(gateway.log)).not.toContain("private");
});

test("a token endpoint that moves is found again", async () => {
  workspace.addFault({
    path: discovery,
    times: 1,
    status: 200,
    body: { token_endpoint: `${workspace.url}/oidc/v0/token` },
  });
  expect((await gateway.run("me")).status).toBe(502);
  expect((await gateway.run("me")).status).toBe(200);
});

test("a caller with its own token is served while the login service is down", async () => {
  workspace.addFault({ path: "/oidc/*", status: 404, body: "" });
  expect((await gateway.run("file_metadata", { path }, { token: tokenOf.alice })).status).toBe(200);
});
