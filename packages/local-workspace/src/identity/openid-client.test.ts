import * as client from "openid-client";
import { expect, onTestFinished, test } from "vitest";
import { startIdentityProvider } from "../../test/identity-provider.ts";
import { AUTHORIZE, confidentialApp, postForm, publicApp, redirectOf } from "../../test/sign-in.ts";
import { gatewayPrincipal, startForTest } from "../../test/under-test.ts";
import type { OAuthApp } from "../state/seed.ts";

const SCOPE = "openid profile email offline_access all-apis";
const allowHttp = { execute: [client.allowInsecureRequests] };

type Method = "basic" | "post" | "none";

function clientAuth(method: Method, secret: string | undefined): client.ClientAuth {
  if (method === "none" || secret === undefined) return client.None();
  return method === "basic" ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}

/** openid-client checks the issuer, the state, the nonce, and the id token against the published keys. */
async function signedIn(app: OAuthApp, method: Method, user: string) {
  const { call, workspace } = await startForTest();
  const server = new URL(`${workspace.url}/oidc`);
  const auth = clientAuth(method, app.clientSecret);
  const config = await client.discovery(server, app.clientId, undefined, auth, allowHttp);
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: app.redirectUrls[0]!,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  expect(url.pathname).toBe(AUTHORIZE);
  const chosen = await postForm(call, AUTHORIZE, { ...Object.fromEntries(url.searchParams), user });
  const { to, query } = redirectOf(chosen);
  const callback = new URL(`${to}?${String(new URLSearchParams(query))}`);
  const tokens = await client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  return { call, config, tokens };
}

test.each([
  [confidentialApp, "basic"],
  [confidentialApp, "post"],
  [publicApp, "none"],
] as const)("openid-client signs in to $clientId and refreshes, with %s", async (app, method) => {
  const { call, config, tokens } = await signedIn(app as OAuthApp, method, "carol@example.com");
  expect(tokens.claims()).toMatchObject({ sub: "carol@example.com", name: "Carol Clark" });
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
  const me = await call("GET", "/api/2.0/preview/scim/v2/Me", { token: refreshed.access_token });
  expect(me.json.userName).toBe("carol@example.com");
});

test("openid-client gets a service principal's token, by its secret and by an exchange", async () => {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.stop());
  const key = await provider.newKey("one");
  provider.publish("one");
  const { workspace } = await startForTest();
  const { applicationId, clientSecret } = gatewayPrincipal!;
  const server = new URL(`${workspace.url}/oidc`);
  const bySecret = await client.discovery(server, applicationId, clientSecret, undefined, allowHttp);
  const issued = await client.clientCredentialsGrant(bySecret, { scope: "all-apis" });
  expect(issued.expires_in).toBe(3600);

  const { issuer } = provider;
  const policy = { name: "gateway", issuer, audiences: ["databricks"], subject: "workload" };
  await workspace.changeCredentials({ addFederationPolicy: { ...policy, servicePrincipal: applicationId } });
  const exp = Math.floor(Date.now() / 1000) + 300;
  const jwt = await provider.sign(key, { iss: issuer, aud: "databricks", sub: "workload", exp });
  const secretless = await client.discovery(server, applicationId, undefined, client.None(), allowHttp);
  const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
  const exchanged = await client.genericGrantRequest(secretless, grantType, {
    subject_token: jwt,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: "all-apis",
  });
  expect(exchanged.expires_in).toBeLessThanOrEqual(300);
});
