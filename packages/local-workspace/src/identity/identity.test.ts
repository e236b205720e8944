import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  ALICE,
  BOB,
  FILES,
  gatewayPrincipal,
  startForTest,
  temporaryDir,
  UC,
  type UnderTest,
} from "../../test/under-test.ts";
import { defaultSeed } from "../index.ts";

const ME = "/api/2.0/preview/scim/v2/Me";

function askToken(
  call: UnderTest["call"],
  id: string,
  secret: string,
  body = "grant_type=client_credentials&scope=all-apis",
) {
  const basic = Buffer.from(`${id}:${secret}`).toString("base64");
  return call("POST", "/oidc/v1/token", {
    token: null,
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
}

test("a request without a valid credential is rejected with Databricks' numeric codes", async () => {
  const { call } = await startForTest();
  for (const path of [ME, `${UC}/catalogs`, `${FILES}/README.txt`, "/api/9.9/unknown"]) {
    for (const headers of [{}, { authorization: "Basic YTpi" }, { authorization: "Bearer" }] as Record<
      string,
      string
    >[]) {
      const { status, json, headers: answered } = await call("GET", path, { token: null, headers });
      expect(status).toBe(401);
      expect(json).toEqual({
        error_code: 401,
        message: "Credential was not sent or was of an unsupported type for this API.",
      });
      expect(answered["www-authenticate"]).toBe('Bearer realm="DatabricksRealm"');
    }
    const bad = await call("GET", path, { token: "dapi-unknown" });
    expect(bad.status).toBe(403);
    expect(bad.json).toEqual({ error_code: 403, message: "Invalid access token." });
    expect(bad.headers["x-databricks-reason-phrase"]).toBe("Invalid access token.");
  }
});

test("each user's token identifies that user", async () => {
  const { call } = await startForTest();
  for (const user of defaultSeed.users) {
    const { json } = await call("GET", ME, { token: user.token });
    expect(json).toMatchObject({
      userName: user.userName,
      displayName: user.displayName,
      id: user.id,
      active: true,
    });
    expect(json.emails).toEqual([{ type: "work", value: user.userName, primary: true }]);
  }
});

test("discovery names the token endpoint on the host that the client used", async () => {
  const { call, workspace } = await startForTest();
  for (const name of ["oauth-authorization-server", "openid-configuration"]) {
    const { json } = await call("GET", `/oidc/.well-known/${name}`, { token: null });
    expect(json.token_endpoint).toBe(`${workspace.url}/oidc/v1/token`);
    const other = await call("GET", `/oidc/.well-known/${name}`, {
      token: null,
      headers: { host: "localhost:1" },
    });
    expect(other.json.token_endpoint).toBe("http://localhost:1/oidc/v1/token");
  }
});

test("the SDKs' own discovery document names the issuer, the account and the workspace", async () => {
  const { call, workspace } = await startForTest();
  const { status, json } = await call("GET", "/.well-known/databricks-config", { token: null });
  expect(status).toBe(200);
  expect(json).toEqual({
    oidc_endpoint: `${workspace.url}/oidc`,
    account_id: defaultSeed.accountId,
    workspace_id: defaultSeed.workspaceId,
    token_federation_default_oidc_audiences: [`${workspace.url}/oidc/v1/token`],
  });
  const me = await call("GET", ME);
  expect(me.headers["x-databricks-org-id"]).toBe(defaultSeed.workspaceId);
});

test("the service principal's secret is exchanged for a token that survives a restart", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  const { status, json, headers } = await askToken(
    first.call,
    gatewayPrincipal!.applicationId,
    gatewayPrincipal!.clientSecret,
  );
  expect(status).toBe(200);
  expect(json).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "all-apis" });
  expect(headers["cache-control"]).toBe("no-store");
  await first.workspace.close();
  const { call } = await startForTest({ dir });
  const me = await call("GET", ME, { token: json.access_token });
  expect(me.json.userName).toBe(gatewayPrincipal!.applicationId);
  expect(me.json.displayName).toBe("front-door-gateway");
  expect((await call("GET", `${UC}/catalogs`, { token: json.access_token })).json.catalogs).toHaveLength(4);
});

test("the token endpoint rejects a wrong secret, an unknown client, another grant and another scope", async () => {
  const { call } = await startForTest();
  const { applicationId, clientSecret } = gatewayPrincipal!;
  for (const [id, secret] of [
    [applicationId, "wrong"],
    ["nobody", clientSecret],
    [ALICE, ""],
  ] as const) {
    const { status, json } = await askToken(call, id, secret);
    expect([status, json.error]).toEqual([401, "invalid_client"]);
    expect(json.error_description).toEqual(expect.any(String));
  }
  const grant = await askToken(call, applicationId, clientSecret, "grant_type=password&scope=all-apis");
  expect([grant.status, grant.json.error]).toEqual([400, "unsupported_grant_type"]);
  const scope = await askToken(call, applicationId, clientSecret, "grant_type=client_credentials&scope=all");
  expect([scope.status, scope.json.error]).toEqual([400, "invalid_scope"]);
});

test("an expired token is rejected like an invalid one", async () => {
  const seedFile = join(await temporaryDir(), "seed.json");
  await writeFile(seedFile, JSON.stringify({ ...defaultSeed, oauthTokenSeconds: 1 }));
  const { call } = await startForTest({ seedFile });
  const { json } = await askToken(call, gatewayPrincipal!.applicationId, gatewayPrincipal!.clientSecret);
  expect((await call("GET", ME, { token: json.access_token })).status).toBe(200);
  await expect
    .poll(async () => (await call("GET", ME, { token: json.access_token })).json.error_code)
    .toBe(403);
});

test("concurrent requests each run as their own token's principal", async () => {
  const { call, workspace } = await startForTest();
  await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const token = at % 2 === 0 ? ALICE : BOB;
      const { json } = await call("GET", ME, { token });
      expect(`local-token-${json.userName.split("@")[0]}`).toBe(token);
    }),
  );
  expect(workspace.requests().filter((one) => one.principal === "bob@example.com")).toHaveLength(10);
});
