import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { type OperationName, operations } from "@front-door/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFederation } from "./federation-under-test.ts";
import {
  errorOf,
  type GatewayUnderTest,
  type RunOptions,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
  withSignedIds,
} from "./gateway-under-test.ts";
import { allowSignIn, appSettings, signIn } from "./sign-in-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

/**
 * Every cell is a request: the gateway's own identity × the token, session or JWT of the request × the policy × the workspace. What is
 * expected is written down here by itself, and what is asserted is who the workspaces saw.
 */
let folder: string;
let first: LocalWorkspace;
let second: LocalWorkspace;
let tokenOnly: LocalWorkspace;
let foreign: LocalWorkspace;
let federation: Awaited<ReturnType<typeof startFederation>>;

const sp = servicePrincipal.clientId;
const mail = (name: string) => `${name}@example.com`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "matrix-"));
  [first, second, tokenOnly, foreign] = await Promise.all([
    startWorkspace(),
    startWorkspace(),
    startWorkspace(),
    startWorkspace(),
  ]);
  await allowSignIn(first);
  federation = await startFederation();
  // Not at `second`: it has no policy for the JWTs.
  await first.changeCredentials({ addFederationPolicy: federation.policy });
  await tokenOnly.changeCredentials({ addFederationPolicy: federation.policy });
  await writeFile(
    join(folder, "databrickscfg"),
    [
      `[team]\nhost = ${first.url}\ntoken = ${tokenOf.carol}`,
      `[second]\nhost = ${second.url}\ntoken = ${tokenOf.bob}`,
      `[tokens-only]\nhost = ${tokenOnly.url}`,
    ].join("\n"),
  );
});
afterAll(async () => {
  await Promise.all([first, second, tokenOnly, foreign].map((workspace) => workspace.close()));
  federation.provider.stop();
  await rm(folder, { recursive: true });
});

const gatewayIdentities = {
  "oauth-m2m": [
    {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    },
    sp,
  ],
  pat: [{ DATABRICKS_TOKEN: tokenOf.alice }, mail("alice")],
  profile: [{ DATABRICKS_CONFIG_PROFILE: "team" }, mail("carol")],
} as const;

/** What the request brings, and in which state. The sessions and JWTs are put in when there is a gateway. */
const callers = {
  "no token": {},
  "a user's token": { token: tokenOf.carol },
  "a token that is not accepted": { token: "not-a-token" },
  "a session": {},
  "a session whose token has expired": {},
  "a session whose token was revoked": {},
  "a session that has ended": {},
  "a session that Databricks has ended": {},
  "a session that nobody has": {},
  "a JWT": {},
  "a JWT whose token was revoked": {},
  "a JWT of another issuer": {},
  "a JWT that has expired": {},
} as const satisfies Record<string, RunOptions>;

/** Who is seen, at which workspace; or the code of the refusal, with nobody seen anywhere. */
type Cell = readonly [at: string, who: string] | string;

/** How a request names its workspace, and who the gateway itself is there: undefined where it is nobody. */
const places = {
  "the default one": {},
  "the default one by name": { workspace: "default" },
  "the second by name": { workspace: "second" },
  "the second by host": { host: "second" },
  "the second by name and host": { workspace: "second", host: "second" },
  "one without a credential": { workspace: "tokens-only" },
  "an allowed host": { host: "foreign" },
  "an unknown name": { workspace: "nowhere" },
  "an unknown host": { host: "unknown" },
  "a name with another's host": { workspace: "second", host: "first" },
  "a name with an allowed host": { workspace: "second", host: "foreign" },
} as const;

function expected(
  own: string,
  caller: keyof typeof callers,
  policy: string,
  place: keyof typeof places,
): Cell {
  if (caller.startsWith("a session")) return expectedOfSession(caller, policy, place);
  if (caller.startsWith("a JWT")) return expectedOfJwt(caller, policy, place);
  const hasToken = caller !== "no token";
  if (place === "an unknown name") return "UNKNOWN_WORKSPACE";
  if (
    place === "an unknown host" ||
    place === "a name with another's host" ||
    place === "a name with an allowed host"
  )
    return "HOST_NOT_ALLOWED";
  if (place === "an allowed host" && !hasToken) return "HOST_NOT_ALLOWED";
  if (place === "one without a credential" && !hasToken) return "UNAUTHENTICATED";
  if (policy === "user" && !hasToken) return "UNAUTHENTICATED";
  if (policy === "service" && hasToken) return "IDENTITY_NOT_ALLOWED";
  const at = place.startsWith("the default one")
    ? "first"
    : place.startsWith("the second")
      ? "second"
      : place === "one without a credential"
        ? "tokenOnly"
        : "foreign";
  if (caller === "a user's token") return [at, mail("carol")];
  if (caller === "a token that is not accepted") return [at, "nobody"];
  return [at, at === "second" ? mail("bob") : own];
}

/** A session is of the default workspace. */
function expectedOfSession(caller: string, policy: string, place: keyof typeof places): Cell {
  if ("host" in places[place]) return "INVALID_PARAMETER_VALUE";
  if (place === "an unknown name") return "UNKNOWN_WORKSPACE";
  if (!place.startsWith("the default one")) return "IDENTITY_NOT_ALLOWED";
  if (caller === "a session that has ended" || caller === "a session that nobody has") return "SESSION_ENDED";
  if (policy === "service") return "IDENTITY_NOT_ALLOWED";
  // It has to be used for Databricks to say so.
  if (caller === "a session that Databricks has ended") return "SESSION_ENDED";
  return ["first", mail(caller === "a session" ? "carol" : "bob")];
}

/** A JWT is exchanged at any workspace of the settings, and sent to no other host. */
function expectedOfJwt(caller: string, policy: string, place: keyof typeof places): Cell {
  if ("host" in places[place]) return "INVALID_PARAMETER_VALUE";
  if (place === "an unknown name") return "UNKNOWN_WORKSPACE";
  if (caller !== "a JWT" && caller !== "a JWT whose token was revoked") return "UNAUTHENTICATED";
  // The policy of this installation, or that of the workspace's account.
  if (policy === "service" || place === "the second by name") return "IDENTITY_NOT_ALLOWED";
  const at = place === "one without a credential" ? "tokenOnly" : "first";
  return [at, mail(caller === "a JWT" ? "carol" : "bob")];
}

async function seen(gateway: GatewayUnderTest, options: RunOptions): Promise<Cell> {
  const all = { first, second, tokenOnly, foreign };
  for (const workspace of Object.values(all)) workspace.clearRequests();
  const answer = await gateway.run("me", {}, options);
  const requests = Object.entries(all).flatMap(([at, workspace]) =>
    workspace
      .requests()
      .filter(({ path }) => !path.startsWith("/oidc/"))
      .map(({ principal }) => [at, principal ?? "nobody"] as const),
  );
  const [at, who] = requests.at(-1) ?? ["first", "nobody"];
  // A token that was revoked is refused before it is replaced by its successor at the same workspace.
  for (const refused of requests.slice(0, -1)) expect(refused).toEqual([at, "nobody"]);
  // The reply is this identity's, or its refusal: never another's.
  if (who !== "nobody") expect([answer.status, answer.body.user_name]).toEqual([200, who]);
  else if (requests.length === 0 || errorOf(answer).error_code !== "PERMISSION_DENIED")
    return errorOf(answer).error_code;
  return [at, who];
}

/** Bob's sessions and JWTs, each in a state that its first use changes: so each cell that uses one has its own. */
function changing(
  gateway: GatewayUnderTest,
): Partial<Record<keyof typeof callers, () => Promise<RunOptions>>> {
  const bob = mail("bob");
  return {
    "a session whose token has expired": async () => {
      await first.changeCredentials({ oauthTokenSeconds: 5 });
      const session = await signIn(gateway, "bob");
      await first.changeCredentials({ oauthTokenSeconds: 3_600 });
      return { session };
    },
    "a session whose token was revoked": async () => {
      const session = await signIn(gateway, "bob");
      await first.changeCredentials({ revokeIssuedTokensOf: { principal: bob, kind: "access" } });
      return { session };
    },
    "a session that Databricks has ended": async () => {
      const session = await signIn(gateway, "bob");
      await first.changeCredentials({ revokeIssuedTokensOf: { principal: bob } });
      return { session };
    },
    "a JWT whose token was revoked": async () => {
      const subjectToken = await federation.jwtOf("bob");
      for (const place of [{}, { workspace: "tokens-only" }])
        await gateway.run("me", {}, { subjectToken, ...place });
      for (const workspace of [first, tokenOnly])
        await workspace.changeCredentials({ revokeIssuedTokensOf: { principal: bob, kind: "access" } });
      return { subjectToken };
    },
  };
}

describe.each(Object.entries(gatewayIdentities))("a gateway that is itself %s", (_kind, [identity, own]) => {
  test.each(["user", "service", "user-or-service"])("under the policy %s", async (policy) => {
    const gateway = await startGateway(first.url, {
      ...identity,
      ...appSettings,
      ...federation.settings,
      DATABRICKS_CONFIG_FILE: join(folder, "databrickscfg"),
      DATABRICKS_WORKSPACES: "second,tokens-only",
      DATABRICKS_ALLOWED_HOSTS: foreign.url,
      IDENTITY_POLICY: policy,
    });
    const hosts = {
      first: first.url,
      second: second.url,
      foreign: foreign.url,
      unknown: "https://unknown.example",
    };
    const ended = await signIn(gateway, "carol");
    await gateway.run("end_session", {}, { session: ended });
    const changed = changing(gateway);
    const identities: Record<keyof typeof callers, RunOptions> = {
      ...callers,
      "a session": { session: await signIn(gateway, "carol") },
      "a session that has ended": { session: ended },
      "a session that nobody has": { session: `fds_${"x".repeat(43)}` },
      "a JWT": { subjectToken: await federation.jwtOf("carol") },
      "a JWT of another issuer": {
        subjectToken: await federation.jwtOf("carol", { iss: "https://other.example" }),
      },
      "a JWT that has expired": { subjectToken: await federation.jwtOf("carol", { exp: 1 }) },
    };
    const last: Partial<Record<keyof typeof callers, RunOptions>> = {};
    let cells = 0;
    for (const caller of Object.keys(callers) as (keyof typeof callers)[]) {
      for (const place of Object.keys(places) as (keyof typeof places)[]) {
        const { workspace, host }: { workspace?: string; host?: keyof typeof hosts } = places[place];
        // Beside a host they are refused unused.
        const isUsed = host === undefined || last[caller] === undefined;
        if (isUsed) last[caller] = (await changed[caller]?.()) ?? identities[caller];
        const cell = await seen(gateway, {
          ...last[caller],
          ...(workspace === undefined ? {} : { workspace }),
          ...(host === undefined ? {} : { host: hosts[host] }),
        });
        expect({ caller, place, cell }).toEqual({
          caller,
          place,
          cell: expected(own, caller, policy, place),
        });
        cells += 1;
      }
    }
    expect(cells).toBe(143);
    await gateway.close();
  });
});

describe("with a token that is not accepted", () => {
  let gateway: GatewayUnderTest;
  let workspace: LocalWorkspace;
  beforeAll(async () => {
    workspace = await startSqlWorkspace();
    gateway = await startGateway(workspace.url, {
      DATABRICKS_TOKEN: tokenOf.alice,
      DATABRICKS_HTTP_PATH: warehousePath,
    });
  });
  afterAll(async () => {
    await gateway.close();
    await workspace.close();
  });

  test.each(Object.keys(operations) as OperationName[])("%s says so, and runs as nobody", async (name) => {
    workspace.clearRequests();
    const params = withSignedIds(workspace.url, operations[name].examples[0]?.params ?? {});
    const token = "not-a-token";
    const answer = await (operations[name].transfer === "upload"
      ? gateway.upload(params, "bytes", { token })
      : gateway.run(name, params, { token }));
    expect([401, 403]).toContain(answer.status);
    const requests = workspace.requests();
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter(({ principal }) => principal !== undefined)).toEqual([]);
  });
});

test("an exception for some operations is theirs alone", async () => {
  const gateway = await startGateway(first.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    IDENTITY_POLICY: "service",
    IDENTITY_POLICY_OPERATIONS: "me=user",
  });
  const code = async (op: string, token?: string) => {
    const answer = await gateway.run(op, {}, token === undefined ? {} : { token });
    return answer.status === 200 ? 200 : errorOf(answer).error_code;
  };
  expect(await code("me")).toBe("UNAUTHENTICATED");
  expect(await code("me", tokenOf.bob)).toBe(200);
  expect(await code("list_catalogs")).toBe(200);
  expect(await code("list_catalogs", tokenOf.bob)).toBe("IDENTITY_NOT_ALLOWED");
  await gateway.close();
});

test("a host that two workspaces have says nothing, and a name tells them apart", async () => {
  const file = join(folder, "twins");
  await writeFile(file, `[twin]\nhost = ${first.url}\ntoken = ${tokenOf.bob}\n`);
  const gateway = await startGateway(first.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_CONFIG_FILE: file,
    DATABRICKS_WORKSPACES: "twin",
  });
  expect(errorOf(await gateway.run("me", {}, { host: first.url })).error_code).toBe("HOST_NOT_ALLOWED");
  const names = ["default", "twin"].map(
    async (workspace) => (await gateway.run("me", {}, { workspace })).body.user_name,
  );
  expect(await Promise.all(names)).toEqual([mail("alice"), mail("bob")]);
  await gateway.close();
});

test("/ready names every workspace with kind and principal, and with ?deep=true those that fail", async () => {
  const gateway = await startGateway(first.url, {
    ...gatewayIdentities["oauth-m2m"][0],
    DATABRICKS_CONFIG_FILE: join(folder, "databrickscfg"),
    DATABRICKS_WORKSPACES: "second,tokens-only",
  });
  const ready = async (query = "") => (await fetch(`${gateway.url}/ready${query}`)).json();
  const m2m = { kind: "oauth-m2m", principal: sp };
  expect(await ready()).toEqual({
    status: "ready",
    workspace: "local",
    identity: m2m,
    workspaces: [
      { name: "default", identity: m2m },
      { name: "second", identity: { kind: "profile" } },
      { name: "tokens-only", identity: { kind: "none" } },
    ],
  });
  second.addFault({ path: "/api/2.0/preview/scim/v2/Me", times: 1, status: 500, body: "" });
  expect(await ready("?deep=true")).toMatchObject({ status: "ready", failing: ["second"] });
  await gateway.app.readiness.learnPrincipals();
  expect(await ready()).toMatchObject({
    workspaces: [{}, { identity: { kind: "profile", principal: mail("bob") } }, {}],
  });
  await gateway.close();
});
