import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startIdentityProvider } from "../../test/identity-provider.ts";
import { EXPIRED_SECONDS, postForm, TOKEN } from "../../test/sign-in.ts";
import { gatewayPrincipal, startForTest, temporaryDir } from "../../test/under-test.ts";
import { defaultSeed, type SeedInput } from "../index.ts";

const ME = "/api/2.0/preview/scim/v2/Me";
const { applicationId } = gatewayPrincipal!;

/** A workspace with a policy for the account's users (by `email`) and one for the gateway's service principal. */
async function startFederated({ alg = "RS256", key = "one" } = {}) {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.stop());
  const signingKey = await provider.newKey(key, alg);
  provider.publish(key);
  const { issuer } = provider;
  const federationPolicies: SeedInput["federationPolicies"] = [
    { name: "people", issuer, audiences: ["databricks", "front-door"], subjectClaim: "email" },
    {
      name: "gateway",
      issuer,
      audiences: ["databricks"],
      subject: "repo:front-door",
      servicePrincipal: applicationId,
    },
  ];
  const seedFile = join(await temporaryDir(), "seed.json");
  await writeFile(seedFile, JSON.stringify({ ...defaultSeed, federationPolicies }));
  const { call, workspace } = await startForTest({ seedFile });
  const claims = { iss: issuer, aud: "databricks", exp: Math.floor(Date.now() / 1000) + 300 };
  const jwt = (more: Record<string, unknown>, header?: { alg?: string; kid?: string }) =>
    provider.sign(signingKey, { ...claims, ...more }, header);
  const exchange = (subjectToken: string, more: Record<string, string> = {}) =>
    postForm(call, TOKEN, {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: subjectToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "all-apis",
      ...more,
    });
  const whoIs = async (token: string) => (await call("GET", ME, { token })).json.userName;
  return { call, workspace, provider, issuer, jwt, exchange, whoIs };
}

test.each(["RS256", "ES256"])("an %s JWT is exchanged for a token of the user it names", async (alg) => {
  const { exchange, jwt, whoIs } = await startFederated({ alg });
  for (const email of ["alice@example.com", "bob@example.com"]) {
    const { status, json } = await exchange(await jwt({ email }, { alg }));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      scope: "all-apis",
    });
    expect(await whoIs(json.access_token)).toBe(email);
  }
});

test("an account-wide policy can name a service principal by its application id", async () => {
  const { exchange, jwt, whoIs } = await startFederated();
  const { json } = await exchange(await jwt({ email: applicationId }));
  expect(await whoIs(json.access_token)).toBe(applicationId);
});

test("with client_id, only the policies of that service principal count", async () => {
  const { exchange, jwt, whoIs } = await startFederated();
  const workload = await jwt({ sub: "repo:front-door", email: "alice@example.com" });
  const { status, json } = await exchange(workload, { client_id: applicationId });
  expect(status).toBe(200);
  expect(await whoIs(json.access_token)).toBe(applicationId);
  const person = await exchange(await jwt({ email: "alice@example.com" }), { client_id: applicationId });
  expect([person.status, person.json]).toEqual([
    400,
    {
      error: "invalid_grant",
      error_description: `The token matches no federation policy of the service principal ${applicationId}: policy gateway: the claim sub is missing`,
    },
  ]);
  const other = await exchange(await jwt({ sub: "repo:other" }), { client_id: applicationId });
  expect(other.json.error_description).toContain("the claim sub must be repo:front-door (got repo:other)");
  const nobody = await exchange(workload, { client_id: "nobody" });
  expect(nobody.json.error_description).toBe(
    "The token matches no federation policy of the service principal nobody: there is none",
  );
});

test.each([
  [
    "another issuer",
    { iss: "https://other.example.com", email: "alice@example.com" },
    "policy people: the issuer must be http",
  ],
  [
    "other audiences",
    { aud: ["api", "else"], email: "alice@example.com" },
    "policy people: the audience must be one of databricks, front-door (got api, else)",
  ],
  ["no audience", { aud: [], email: "alice@example.com" }, "(got none)"],
  ["no subject", { sub: "alice@example.com" }, "policy people: the claim email is missing"],
  ["a list for a subject", { email: ["alice@example.com"] }, "policy people: the claim email is missing"],
  [
    "an unknown user",
    { email: "mallory@example.com" },
    "policy people: there is no user or service principal mallory@example.com",
  ],
  ["an expiry in the past", { email: "alice@example.com", exp: 1 }, "policy people: the token is invalid"],
  ["no expiry", { email: "alice@example.com", exp: undefined }, "policy people: the token is invalid"],
  [
    "a start in the future",
    { email: "alice@example.com", nbf: 9_999_999_999 },
    "policy people: the token is invalid",
  ],
])("a JWT with %s is refused, and the refusal says which policy did not match", async (_, claims, why) => {
  const { exchange, jwt } = await startFederated();
  const { status, json } = await exchange(await jwt(claims));
  expect([status, json.error]).toEqual([400, "invalid_grant"]);
  expect(json.error_description).toContain(why);
});

test("a JWT that the issuer did not sign is refused", async () => {
  const { exchange, jwt, provider } = await startFederated();
  const token = await jwt({ email: "alice@example.com" });
  const [header, , signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, email: "bob@example.com" })).toString("base64url");
  const changed = await exchange(`${header}.${other}.${signature}`);
  expect(changed.json.error_description).toContain("policy people: the token is invalid");
  provider.publish();
  expect((await exchange(token)).json.error_description).toContain("policy people: the token is invalid");
  expect((await exchange("not-a-jwt")).json.error_description).toBe("subject_token is not a JWT");
});

test("a JWT of an algorithm that Databricks does not accept is refused", async () => {
  const { exchange, jwt } = await startFederated({ alg: "PS256" });
  const { json } = await exchange(await jwt({ email: "alice@example.com" }, { alg: "PS256" }));
  expect(json.error_description).toContain("policy people: the token is invalid");
});

test("the token expires with the JWT, or earlier if a control says so", async () => {
  const { exchange, jwt, whoIs, workspace } = await startFederated();
  const exp = Math.floor(Date.now() / 1000) + 100;
  const token = await jwt({ email: "alice@example.com", exp });
  const { json } = await exchange(token);
  expect(json.expires_in).toBeGreaterThan(90);
  expect(json.expires_in).toBeLessThanOrEqual(100);
  await workspace.changeCredentials({ oauthTokenSeconds: EXPIRED_SECONDS });
  expect(await whoIs((await exchange(token)).json.access_token)).toBeUndefined();
});

test("an issuer whose keys cannot be read gets 503, and one without discovery can state its keys", async () => {
  const { exchange, jwt, provider, workspace } = await startFederated();
  const token = await jwt({ email: "alice@example.com" });
  provider.overrides = { jwks_uri: undefined };
  const { status, json } = await exchange(token);
  expect([status, json.error]).toEqual([503, "temporarily_unavailable"]);
  const { issuer } = provider;
  const people = { name: "people", issuer, audiences: ["databricks"], subjectClaim: "email" };
  await workspace.changeCredentials({ addFederationPolicy: { ...people, jwksUri: `${issuer}/keys` } });
  expect((await exchange(token)).status).toBe(200);
  provider.stop();
  expect((await exchange(token)).status).toBe(503);
});

test("an exchange needs a JWT, its type and a scope", async () => {
  const { exchange, jwt } = await startFederated();
  const token = await jwt({ email: "alice@example.com" });
  const access = "urn:ietf:params:oauth:token-type:access_token";
  expect((await exchange(token, { subject_token_type: access })).json.error).toBe("invalid_request");
  expect((await exchange("")).json.error).toBe("invalid_request");
  expect((await exchange(token, { scope: "admin" })).json.error).toBe("invalid_scope");
});
