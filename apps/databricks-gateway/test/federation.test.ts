import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { audience, startFederation } from "./federation-under-test.ts";
import {
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";

const loginEndpoint = "/oidc/v1/token";
const mePath = "/api/2.0/preview/scim/v2/Me";
const asAlice = { DATABRICKS_TOKEN: tokenOf.alice };

let federation: Awaited<ReturnType<typeof startFederation>>;
let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  [federation, workspace] = await Promise.all([startFederation(), startWorkspace()]);
  await workspace.changeCredentials({ addFederationPolicy: federation.policy });
  gateway = await startGateway(workspace.url, { ...asAlice, ...federation.settings });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
  federation.provider.stop();
});
beforeEach(() => workspace.clearRequests());
afterEach(async () => {
  vi.useRealTimers();
  workspace.clearFaults();
  await workspace.changeCredentials({ oauthTokenSeconds: 3_600 });
});

const me = (subjectToken: string) => gateway.run("me", {}, { subjectToken });
const exchanges = () => workspace.requests().filter(({ path }) => path === loginEndpoint).length;
/** Lets time pass, for this process and the workspace in it. */
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const fakeDate = () => vi.useFakeTimers({ toFake: ["Date"] });

describe("a JWT of the identity provider", () => {
  test("runs operations as its user, who sees what Unity Catalog lets that user see", async () => {
    const [alice, bob] = [await federation.jwtOf("alice"), await federation.jwtOf("bob")];
    expect((await me(alice)).body.user_name).toBe("alice@example.com");
    expect((await me(bob)).body.user_name).toBe("bob@example.com");
    const finance = (subjectToken: string) =>
      gateway.run("get_catalog", { name: "finance" }, { subjectToken });
    expect((await finance(alice)).status).toBe(200);
    expect((await finance(bob)).status).not.toBe(200);
    const path = "/Volumes/main/default/files/by-jwt.txt";
    expect((await gateway.upload({ path }, "x", { subjectToken: alice })).status).toBe(200);
    expect(workspace.requests().flatMap(({ principal }) => principal ?? [])).not.toContain("anonymous");
  });

  test("is exchanged once, however many requests wait, and the token serves until it expires", async () => {
    fakeDate();
    const jwt = await federation.jwtOf("bob");
    const answers = await Promise.all(Array.from({ length: 200 }, () => me(jwt)));
    expect([...new Set(answers.map(({ status, body }) => `${status} ${body.user_name}`))]).toEqual([
      "200 bob@example.com",
    ]);
    expect(exchanges()).toBe(1);
    pass(295_000);
    expect((await me(jwt)).status).toBe(200);
    expect(exchanges()).toBe(1);
    pass(6_000);
    const expired = await me(jwt);
    expect(expired.body).toMatchObject({ status: 401, error_code: "UNAUTHENTICATED" });
    expect(expired.body.error).toContain("has expired");
    expect(exchanges()).toBe(1);
    // The person's next JWT.
    expect((await me(await federation.jwtOf("bob"))).body.user_name).toBe("bob@example.com");
    expect(exchanges()).toBe(2);
  });

  test("is exchanged again when its token expires first", async () => {
    fakeDate();
    await workspace.changeCredentials({ oauthTokenSeconds: 60 });
    const jwt = await federation.jwtOf("bob");
    await me(jwt);
    pass(55_000);
    expect((await me(jwt)).status).toBe(200);
    expect(exchanges()).toBe(2);
  });

  test("is exchanged again once when Databricks refuses its token", async () => {
    const jwt = await federation.jwtOf("bob");
    await me(jwt);
    await workspace.changeCredentials({ revokeIssuedTokensOf: { principal: "bob@example.com" } });
    expect((await me(jwt)).body.user_name).toBe("bob@example.com");
    expect(exchanges()).toBe(2);
    workspace.addFault({ path: mePath, status: 401, body: "" });
    expect((await me(jwt)).status).toBe(401);
    expect(exchanges()).toBe(2);
  });

  test.each([
    ["of another issuer", { iss: "https://other.example" }, "OIDC_ISSUER"],
    ["for another audience", { aud: ["api", "other"] }, "OIDC_AUDIENCE"],
    ["without an audience", { aud: undefined }, "not a JWT with"],
    ["that has expired", { exp: 1 }, "has expired"],
    ["that never expires", { exp: undefined }, "not a JWT with"],
  ])("%s returns 401 and is sent nowhere", async (_, claims, words) => {
    const answer = await me(await federation.jwtOf("bob", claims));
    expect(answer.body).toMatchObject({ status: 401, error_code: "UNAUTHENTICATED" });
    expect(answer.body.error).toContain(words);
    expect(workspace.requests()).toEqual([]);
  });

  test("that nobody signed gets no token, and runs as nobody", async () => {
    const [header, payload] = (await federation.jwtOf("bob")).split(".");
    const answer = await me(`${header}.${payload}.AAAA`);
    expect(answer.body).toMatchObject({ status: 403, error_code: "IDENTITY_NOT_ALLOWED" });
    expect(workspace.requests().filter(({ path }) => path === mePath)).toEqual([]);
  });

  test("that no federation policy matches returns 403 that names the policy, and is not sent again at once", async () => {
    const jwt = await federation.jwtOf("bob", { email: undefined });
    const answers = [await me(jwt), await me(jwt)];
    for (const { body } of answers) {
      expect(body).toMatchObject({ status: 403, error_code: "IDENTITY_NOT_ALLOWED", retryable: false });
      expect(body.error).toBe(
        `Databricks' login service did not accept the JWT (issuer "${federation.issuer}", audience "${audience}", sub "id-of-bob"): no federation policy of the account matches it, or the user that it names is not in the workspace. An account admin makes a policy with \`databricks account federation-policy create\` or in the account console.`,
      );
    }
    expect(exchanges()).toBe(1);
    expect(JSON.stringify(gateway.log)).toContain("policy people: the claim email is missing");
  });

  test("returns 503 while the login service is away, and serves to the end of a token that it has", async () => {
    const [known, unknown] = [await federation.jwtOf("bob"), await federation.jwtOf("bob")];
    await me(known);
    workspace.addFault({ path: loginEndpoint, status: 500, body: "" });
    expect((await me(known)).status).toBe(200);
    const answer = await me(unknown);
    expect(answer.body).toMatchObject({ status: 503, error_code: "SIGN_IN_UNAVAILABLE", retryable: true });
    expect(answer.headers["retry-after"]).toBe("5");
  });

  test.each([
    ["beside a token", { subjectToken: "a.b.c", token: tokenOf.bob }],
    ["beside a session", { subjectToken: "a.b.c", session: `fds_${"x".repeat(43)}` }],
    ["beside a host", { subjectToken: "a.b.c", host: "https://w.example.com" }],
    ["malformed", { subjectToken: "not-a-jwt" }],
  ])("that is %s returns 400", async (_, auth) => {
    const answer = await gateway.run("me", {}, auth);
    expect(answer.body).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
    expect(workspace.requests()).toEqual([]);
  });

  test("never runs as the gateway where no JWT is exchanged", async () => {
    const other = await startGateway(workspace.url, asAlice);
    const answer = await other.run("me", {}, { subjectToken: await federation.jwtOf("bob") });
    expect(answer.body).toMatchObject({ status: 501, error_code: "NOT_IMPLEMENTED" });
    expect(workspace.requests()).toEqual([]);
    await other.close();
  });

  test("and its token stand in no log and no reply, even if Databricks quotes them", async () => {
    const [jwt, token] = [await federation.jwtOf("bob"), `canary.${crypto.randomUUID()}`];
    await workspace.changeCredentials({ addToken: { principal: "bob@example.com", token } });
    workspace.addFault({ path: loginEndpoint, status: 200, body: { access_token: token, expires_in: 60 } });
    expect((await me(jwt)).body.user_name).toBe("bob@example.com");
    for (const status of [400, 403, 404, 500]) {
      const echo = `what are ${token} and ${jwt}?`;
      workspace.addFault({
        path: mePath,
        status,
        times: 1,
        body: { error_code: "BAD_REQUEST", message: echo },
      });
      const everything = JSON.stringify([await me(jwt), gateway.log, gateway.audit]);
      expect(everything).toContain("what are");
      expect(everything).not.toContain(token);
      expect(everything).not.toContain(jwt.slice(-40));
    }
  });

  test("that Databricks refuses stands in no log", async () => {
    const jwt = await federation.jwtOf("bob");
    const echo = { error: "invalid_grant", error_description: `what is ${jwt}?` };
    workspace.addFault({ path: loginEndpoint, status: 400, body: echo });
    const answer = await me(jwt);
    const everything = JSON.stringify([answer, gateway.log, gateway.audit]);
    for (const part of jwt.split(".").slice(1)) expect(everything).not.toContain(part);
  });
});

const line = (value: string, application_id: string) =>
  JSON.stringify({ claim: "groups", value, application_id });

describe("OIDC_RUN_AS=service-principal", () => {
  let folder: string;
  let file: string;
  let ofRoles: GatewayUnderTest;
  const said = (text: string) => () => JSON.stringify(ofRoles.log).includes(text);
  const asRole = async (claims: Record<string, unknown>) =>
    ofRoles.run("me", {}, { subjectToken: await federation.jwtOf("bob", { azp: "the-app", ...claims }) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "principals-"));
    file = join(folder, "principals.jsonl");
    const lines = [
      "# roles",
      line("finance", servicePrincipal.clientId),
      "",
      line("guests", "no-such-principal"),
      JSON.stringify({ claim: "email", value: "zoe@example.com", application_id: servicePrincipal.clientId }),
    ];
    await writeFile(file, lines.join("\n"));
    const { issuer } = federation;
    const policy = {
      name: "finance",
      issuer,
      audiences: [audience],
      subjectClaim: "azp",
      subject: "the-app",
    };
    await workspace.changeCredentials({
      addFederationPolicy: { ...policy, servicePrincipal: servicePrincipal.clientId },
    });
    ofRoles = await startGateway(workspace.url, {
      ...asAlice,
      ...federation.settings,
      OIDC_RUN_AS: "service-principal",
      OIDC_PRINCIPALS_FILE: file,
    });
  });
  afterAll(async () => {
    await ofRoles.close();
    await rm(folder, { recursive: true });
  });

  test.each([
    ["a list that has the value", ["staff", "finance"]],
    ["the value itself", "finance"],
    ["the values of two lines, of which the first in the file counts", ["guests", "finance"]],
  ])("runs as the service principal whose line the claim matches: %s", async (_, groups) => {
    expect((await asRole({ groups })).body.user_name).toBe(servicePrincipal.clientId);
  });

  test.each([
    ["no such claim", undefined],
    ["another value", ["staff"]],
    ["a value that only begins like one", "finance-guests"],
    ["an object", { finance: true }],
  ])("returns 403 and asks nobody if no line matches: %s", async (_, groups) => {
    const { body } = await asRole({ groups });
    expect(body).toMatchObject({ status: 403, error_code: "IDENTITY_NOT_ALLOWED" });
    expect(body.error).toContain("no line of the gateway's OIDC_PRINCIPALS_FILE matches");
    expect(workspace.requests()).toEqual([]);
  });

  test.each([
    [true, 200],
    ["true", 200],
    [false, 403],
    ["false", 403],
    [undefined, 403],
  ])(
    "takes an e-mail address for the caller's only if the provider has verified it: %s returns %i",
    async (flag, status) => {
      const answer = await asRole({ email: "zoe@example.com", email_verified: flag });
      expect(answer.status).toBe(status);
    },
  );

  test("names the service principal whose federation policy is missing", async () => {
    const { body } = await asRole({ groups: ["guests"] });
    expect(body).toMatchObject({ status: 403, error_code: "IDENTITY_NOT_ALLOWED" });
    expect(body.error).toContain(
      "no federation policy of the service principal no-such-principal matches it",
    );
    expect(body.error).toContain("databricks account service-principal-federation-policy create");
  });

  test("reads the file again when it changes, and keeps its lines while it cannot be read", async () => {
    await writeFile(file, "not json");
    await until(said("line 1"), "the log says what is wrong");
    expect((await asRole({ groups: "finance" })).status).toBe(200);
    // As a whole: an empty file, which `writeFile` leaves for a moment, is one without roles.
    await writeFile(`${file}.new`, line("accounting", servicePrincipal.clientId));
    await rename(`${file}.new`, file);
    await until(said("was read again"), "it is read again");
    expect((await asRole({ groups: "finance" })).status).toBe(403);
    expect((await asRole({ groups: "accounting" })).body.user_name).toBe(servicePrincipal.clientId);
  });
});
