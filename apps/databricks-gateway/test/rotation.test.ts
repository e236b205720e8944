import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  secret,
  servicePrincipal,
  startGateway,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let folder: string;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotation-"));
  workspace.clearRequests();
});
afterEach(async () => {
  workspace.clearFaults();
  await gateway.close();
  await rm(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFile(path(name), text);
const userName = async (options = {}) => (await gateway.run("me", {}, options)).body.user_name;
const problems = () => gateway.log.flatMap(({ problem }) => (typeof problem === "string" ? [problem] : []));
let tokens = 0;
/** A token of this test alone, of one of the workspace's users. */
async function newToken(name: "alice" | "bob" | "carol"): Promise<string> {
  const token = `rotation-token-${name}-${++tokens}`;
  await workspace.changeCredentials({ addToken: { principal: `${name}@example.com`, token } });
  return token;
}

/** Requests of every kind, one after the other in each of several loops, until it is stopped. */
function load(loops = 8) {
  const answersOf = Array.from({ length: loops }, (): Answer[] => []);
  const stopping = new AbortController();
  const query = { sql: "SELECT 1 AS one" };
  const file = "/Volumes/main/default/files/rotation.txt";
  const loop = async (answers: Answer[], index: number) => {
    while (!stopping.signal.aborted) {
      if (index % 4 === 0) answers.push(await gateway.run("me"));
      else if (index % 4 === 1) answers.push(await gateway.run("list_catalogs"));
      else if (index % 4 === 2) answers.push(await gateway.run("execute_query", query));
      else
        answers.push(await gateway.upload({ path: `${file}.${index}`, overwrite: true }, "x".repeat(20_000)));
    }
  };
  const running = Promise.all(answersOf.map(loop));
  return {
    answers: () => answersOf.flat(),
    /** Resolves when what is under way now has been answered, and five more requests of each loop. */
    async answersMore() {
      const enough = answersOf.map(({ length }) => length + 6);
      await until(
        () => answersOf.every(({ length }, index) => length >= (enough[index] ?? 0)),
        "each loop has more answers",
      );
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

const failuresOf = (answers: readonly Answer[]) =>
  answers.filter(({ status }) => status >= 300).map(({ status, text }) => ({ status, text }));

test("while Databricks cannot be asked about a new client secret, and the old one is refused, a request may be sent again", async () => {
  await write("client-secret", servicePrincipal.clientSecret);
  gateway = await startGateway(workspace.url, {
    DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET_FILE: path("client-secret"),
  });
  expect((await gateway.run("me")).status).toBe(200);
  const { clientId: applicationId, clientSecret: restored } = servicePrincipal;
  const clientSecret = "secret-that-waits";
  await workspace.changeCredentials({ setClientSecret: { applicationId, clientSecret } });
  workspace.addFault({ path: "/oidc/v1/token", times: 1, noReply: "reset" });
  await write("client-secret", clientSecret);
  await until(() => problems().length === 1, "the new secret could not be tried");
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  const refusal = await gateway.run("me");
  expect([refusal.status, refusal.body.error_code, refusal.body.retryable]).toEqual([
    503,
    "SIGN_IN_UNAVAILABLE",
    true,
  ]);
  await expect.poll(async () => (await gateway.run("me")).status, { interval: 200 }).toBe(200);
  await workspace.changeCredentials({ setClientSecret: { applicationId, clientSecret: restored } });
});

describe("a credential that is rotated under load, the old one revoked in the same moment", () => {
  test("a personal access token in a mounted file: no request fails", async () => {
    let token = await newToken("alice");
    await write("token", `${token}\n`);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_TOKEN_FILE: path("token"),
      DATABRICKS_HTTP_PATH: warehousePath,
    });
    const running = load();
    for (let round = 0; round < 3; round++) {
      // A request is tried twice, so none may be under way during two rotations.
      await running.answersMore();
      const next = await newToken("alice");
      await write("token", `${next}\n`);
      await workspace.changeCredentials({ revokeToken: token });
      token = next;
    }
    await running.answersMore();
    await running.stop();
    expect(failuresOf(running.answers())).toEqual([]);
    expect(gateway.log.filter(({ msg }) => msg === "identity replaced")).toHaveLength(3);
    expect(JSON.stringify([gateway.log, gateway.audit])).not.toContain("rotation-token");
  });

  test("a client secret, every token of the old one gone with it: no request fails", async () => {
    await write("client-secret", servicePrincipal.clientSecret);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET_FILE: path("client-secret"),
      DATABRICKS_HTTP_PATH: warehousePath,
    });
    const running = load();
    for (let round = 0; round < 2; round++) {
      // A request is tried twice, so none may be under way during two rotations.
      await running.answersMore();
      const clientSecret = `rotated-secret-${round}`;
      // Both at once, as seen from the gateway: it finds its token revoked and its secret refused.
      await write("client-secret", clientSecret);
      await workspace.changeCredentials({
        setClientSecret: { applicationId: servicePrincipal.clientId, clientSecret },
        revokeIssuedTokens: true,
      });
    }
    await running.answersMore();
    await running.stop();
    const restore = { applicationId: servicePrincipal.clientId, clientSecret: servicePrincipal.clientSecret };
    await workspace.changeCredentials({ setClientSecret: restore });
    expect(failuresOf(running.answers())).toEqual([]);
    expect(gateway.log.filter(({ msg }) => msg === "identity replaced")).toHaveLength(2);
    expect(JSON.stringify([gateway.log, gateway.audit])).not.toContain("rotated-secret");
  });
});

describe("a file that changes", () => {
  test("is noticed without a request, by a swapped link too, and names the new principal", async () => {
    await write("first", tokenOf.alice);
    await write("second", tokenOf.bob);
    await symlink(path("first"), path("token"));
    gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN_FILE: path("token") });
    expect(await userName()).toBe("alice@example.com");
    await symlink(path("second"), path("next"));
    await rename(path("next"), path("token"));
    await until(() => gateway.log.some(({ msg }) => msg === "identity replaced"), "it is noticed");
    expect(await userName()).toBe("bob@example.com");
    const ready = (await (await fetch(`${gateway.url}/ready`)).json()) as { identity: object };
    expect(ready.identity).toEqual({ kind: "pat", principal: "bob@example.com" });
  });

  test("may change the kind of the identity, and a profile's too", async () => {
    await write("cfg", `[team]\nhost = ${workspace.url}\ntoken = ${tokenOf.carol}\n`);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_CONFIG_PROFILE: "team",
      DATABRICKS_CONFIG_FILE: path("cfg"),
    });
    expect(await userName()).toBe("carol@example.com");
    const { clientId, clientSecret } = servicePrincipal;
    await write(
      "cfg",
      `[team]\nhost = ${workspace.url}\nclient_id = ${clientId}\nclient_secret = ${clientSecret}\n`,
    );
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe(clientId);
  });

  test.each<[string, string | undefined, RegExp]>([
    ["is gone", undefined, /^DATABRICKS_TOKEN_FILE cannot be read/],
    ["is empty", "", /^DATABRICKS_TOKEN_FILE is empty/],
    ["holds no token", "two words", /^DATABRICKS_TOKEN must be visible/],
  ])("and %s keeps the old identity, and the log names the setting once", async (_what, text, line) => {
    await write("token", tokenOf.alice);
    gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN_FILE: path("token") });
    if (text === undefined) await rm(path("token"));
    else await write("token", text);
    for (let time = 0; time < 3; time++) await gateway.app.rotation.check(true);
    expect(await userName()).toBe("alice@example.com");
    expect(problems()).toHaveLength(1);
    expect(problems()[0]).toMatch(line);
    await write("token", tokenOf.bob);
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe("bob@example.com");
  });

  test("to a client secret that is not accepted keeps the old identity", async () => {
    await write("client-secret", servicePrincipal.clientSecret);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET_FILE: path("client-secret"),
    });
    await write("client-secret", "not-accepted-by-anyone");
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe(servicePrincipal.clientId);
    expect(problems().join()).toMatch(/UNAUTHENTICATED|did not accept/);
    expect(JSON.stringify(gateway.log)).not.toContain("not-accepted-by-anyone");
  });

  test("to a token that is not accepted, as half of one is, keeps the old identity", async () => {
    const token = await newToken("bob");
    await write("token", tokenOf.alice);
    gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN_FILE: path("token") });
    await write("token", token.slice(0, -3));
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe("alice@example.com");
    expect(problems().join()).toMatch(/did not accept/);
    expect(JSON.stringify(gateway.log)).not.toContain(token.slice(0, -3));
    await write("token", token);
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe("bob@example.com");
  });

  test("to another host needs a restart: the new token is not sent to the old host, nor the old one to the new", async () => {
    await write("cfg", `[team]\nhost = ${workspace.url}\ntoken = ${tokenOf.carol}\n`);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_HOST: "",
      DATABRICKS_CONFIG_PROFILE: "team",
      DATABRICKS_CONFIG_FILE: path("cfg"),
    });
    await write("cfg", `[team]\nhost = https://elsewhere.example\ntoken = ${tokenOf.bob}\n`);
    await gateway.app.rotation.check(true);
    expect(await userName()).toBe("carol@example.com");
    expect(problems()).toEqual([
      expect.stringMatching(/"team" is new or has another address: restart the gateway/),
    ]);
    expect(workspace.requests().map(({ principal }) => principal)).toEqual(["carol@example.com"]);
  });
});

const calls = (prefix: string) => workspace.requests().filter((one) => one.path.startsWith(prefix)).length;
const mePath = "/api/2.0/preview/scim/v2/Me";

describe("a call whose credential is refused", () => {
  test.each([
    ["401", { status: 401, body: { error_code: 401, message: "Credential was not sent" } }],
    [
      "the 403 of a revoked token",
      {
        status: 403,
        body: { error_code: 403, message: "Invalid access token." },
        headers: { "x-databricks-reason-phrase": "Invalid access token." },
      },
    ],
  ])(
    "by %s is repeated once with a new OAuth token, and the refused one is not used again",
    async (_what, fault) => {
      gateway = await startGateway(workspace.url, {
        DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
        DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
      });
      expect(await userName()).toBe(servicePrincipal.clientId);
      workspace.clearRequests();
      workspace.addFault({ path: mePath, times: 1, ...fault });
      expect(await userName()).toBe(servicePrincipal.clientId);
      expect([calls(mePath), calls("/oidc/v1/token")]).toEqual([2, 1]);
    },
  );

  test("again and again makes no storm of token requests", async () => {
    gateway = await startGateway(workspace.url, {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    });
    await gateway.run("me");
    workspace.clearRequests();
    workspace.addFault({ path: mePath, status: 401, body: { error_code: 401, message: "no" } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => gateway.run("me")));
    for (let index = 0; index < 10; index++) answers.push(await gateway.run("me"));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(calls("/oidc/v1/token")).toBe(1);
    // Each once, and those of the first moment once more with the new token.
    expect(calls(mePath)).toBeLessThanOrEqual(70);
  });

  test("is not repeated when it is the caller's own, nor for a right that is missing", async () => {
    gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN: tokenOf.alice });
    expect((await gateway.run("me", {}, { token: "not-a-token" })).status).toBe(403);
    expect(calls(mePath)).toBe(1);
    workspace.addFault({
      path: mePath,
      times: 1,
      status: 403,
      body: { error_code: "PERMISSION_DENIED", message: "no" },
    });
    expect(errorOf(await gateway.run("me")).error_code).toBe("PERMISSION_DENIED");
    expect(calls(mePath)).toBe(2);
  });

  test("and is a statement is repeated only where nothing has begun", async () => {
    const token = await newToken("alice");
    await write("token", token);
    gateway = await startGateway(workspace.url, {
      DATABRICKS_TOKEN_FILE: path("token"),
      DATABRICKS_HTTP_PATH: warehousePath,
    });
    workspace.clearStatements();
    expect((await gateway.run("execute_query", { sql: "SELECT 1 AS one" })).status).toBe(200);
    await write("token", await newToken("alice"));
    await workspace.changeCredentials({ revokeToken: token });
    expect((await gateway.run("execute_query", { sql: "SELECT 2 AS two" })).body.rows).toEqual([[2]]);
    expect(workspace.statements()).toHaveLength(2);
  });
});

test("running operations end as what they were; those that begin are the new identity's", async () => {
  await write("token", tokenOf.alice);
  gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN_FILE: path("token") });
  workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", times: 1, delayMs: 400 });
  const slow = userName();
  await until(() => workspace.openRequests() === 1, "it runs");
  await write("token", tokenOf.bob);
  await gateway.app.rotation.check(true);
  expect(await userName()).toBe("bob@example.com");
  expect(await slow).toBe("alice@example.com");
});

test("the SQL sessions of an identity that is replaced are closed", async () => {
  await write("token", tokenOf.alice);
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN_FILE: path("token"),
    DATABRICKS_HTTP_PATH: warehousePath,
  });
  const open = workspace.openSqlSessions();
  await gateway.run("execute_query", { sql: "SELECT 1 AS one" });
  expect(workspace.openSqlSessions()).toBe(open + 1);
  await write("token", tokenOf.bob);
  await gateway.app.rotation.check(true);
  await until(() => workspace.openSqlSessions() === open, "its session is closed");
});

test("a caller with the gateway's own old token is refused, and never carried over to the new identity", async () => {
  const old = await newToken("alice");
  await write("token", old);
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN_FILE: path("token"),
    DATABRICKS_HTTP_PATH: warehousePath,
  });
  const query = { sql: "SELECT current_user() AS me" };
  // A client of SQL that is the gateway's own, and one session in it.
  expect((await gateway.run("execute_query", query)).status).toBe(200);
  await write("token", await newToken("bob"));
  await workspace.changeCredentials({ revokeToken: old });
  const answer = await gateway.run("execute_query", query, { token: old });
  expect([answer.status, answer.body.rows]).toEqual([403, undefined]);
});

test("an identity that comes back after another has had its place runs statements again", async () => {
  await write("token", tokenOf.alice);
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN_FILE: path("token"),
    DATABRICKS_HTTP_PATH: warehousePath,
  });
  for (const token of [tokenOf.alice, tokenOf.bob, tokenOf.alice]) {
    await write("token", token);
    await gateway.app.rotation.check(true);
    expect((await gateway.run("execute_query", { sql: "SELECT 1 AS one" })).status).toBe(200);
  }
});

test("a changed setting that needs a restart is named, and changes nothing", async () => {
  await write("secret", secret);
  gateway = await startGateway(workspace.url, {
    GATEWAY_SECRET: "",
    GATEWAY_SECRET_FILE: path("secret"),
    DATABRICKS_TOKEN: tokenOf.alice,
  });
  await write("secret", "another-secret-of-16-or-more");
  await gateway.app.rotation.check(true);
  expect(gateway.log).toContainEqual(
    expect.objectContaining({ settings: ["GATEWAY_SECRET"], msg: "changed settings need a restart" }),
  );
  expect((await gateway.run("me")).status).toBe(200);
});
