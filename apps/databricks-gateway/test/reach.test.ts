import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectProxy, startConnectProxy } from "./connect-proxy.ts";
import { type GatewayUnderTest, servicePrincipal, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

const host = "adb-1.azuredatabricks.net";
const login = "login.microsoftonline.com";
const file = "/Volumes/main/default/files/reach.txt";

let workspace: LocalWorkspace;
let proxy: ConnectProxy;
let gateway: GatewayUnderTest | undefined;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ tlsNames: [host, login] });
});
afterAll(() => workspace.close());
beforeEach(async () => {
  workspace.clearRequests();
  proxy = await startConnectProxy(Number(new URL(workspace.url).port));
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await proxy.close();
  workspace.clearFaults();
});

/** REST, files and SQL, each successful. */
async function useEverything(used: GatewayUnderTest): Promise<void> {
  expect(await used.run("list_catalogs")).toMatchObject({ status: 200 });
  expect(await used.upload({ path: file }, "reached")).toMatchObject({ status: 200 });
  expect((await used.run("read_file", { path: file })).text).toBe("reached");
  expect((await used.run("execute_query", { sql: "SELECT 1" })).body.rows).toEqual([[1]]);
}

function orgIds(): unknown[] {
  return [...new Set(workspace.requests().map(({ headers }) => headers["x-databricks-org-id"]))];
}

const m2m = {
  DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
  DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
};

describe("a host with several workspaces", () => {
  it.each<[Record<string, string>, string]>([
    [{ DATABRICKS_WORKSPACE_ID: "123" }, ""],
    [{}, "/?o=123"],
    [{}, "/login.html?o=123"],
    [{}, "/browse/folders/7?o=123#table"],
    [{ DATABRICKS_HTTP_PATH: "/sql/1.0/warehouses/a1b2c3d4e5f60718?o=123" }, ""],
    [{ DATABRICKS_WORKSPACE_ID: "123" }, "/?o=123"],
  ])("gets the workspace's id with every request, set by %j and the address %j", async (settings, path) => {
    gateway = await startGateway(`${workspace.url}${path}`, { ...m2m, ...settings });
    await useEverything(gateway);
    const paths = workspace.requests().map((request) => request.path);
    expect(paths).toEqual(
      expect.arrayContaining(["/oidc/v1/token", "/oidc/.well-known/oauth-authorization-server"]),
    );
    expect(orgIds()).toEqual(["123"]);
  });

  it("gets the workspace's id from the profile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "profiles-"));
    try {
      const profiles = join(folder, "databrickscfg");
      const text = `[unified]\nhost = ${workspace.url}\nworkspace_id = 123\ntoken = ${tokenOf.alice}\n`;
      await writeFile(profiles, text);
      const settings = { DATABRICKS_CONFIG_PROFILE: "unified", DATABRICKS_CONFIG_FILE: profiles };
      gateway = await startGateway("", settings);
      await useEverything(gateway);
      expect(orgIds()).toEqual(["123"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("gets no workspace id if none is set", async () => {
    gateway = await startGateway(workspace.url, m2m);
    await useEverything(gateway);
    expect(orgIds()).toEqual([undefined]);
  });
});

describe("a forward proxy", () => {
  it("carries REST calls, files, logins and SQL, and its password is never shown", async () => {
    gateway = await startGateway(`https://${host}`, { ...m2m, HTTPS_PROXY: proxy.url });
    await useEverything(gateway);
    expect(new Set(proxy.targets)).toEqual(new Set([`${host}:443`]));
    expect(JSON.stringify([gateway.log, gateway.audit])).not.toMatch(/p%40ss|p@ss/);
  });

  it("that refuses its credentials makes every call fail with an error that says so", async () => {
    const wrong = proxy.url.replace("p%40ss", "wrong");
    const settings = { ...m2m, HTTPS_PROXY: wrong, DATABRICKS_HTTP_PATH: warehousePath };
    gateway = await startGateway(`https://${host}`, settings);
    const refused = {
      status: 502,
      body: {
        error_code: "UPSTREAM_UNREACHABLE",
        error: "The proxy of HTTPS_PROXY did not accept its user name and password (HTTP status 407).",
        retryable: false,
      },
    };
    for (const auth of [undefined, { token: tokenOf.alice }]) {
      const query = { sql: "INSERT INTO t VALUES (1)" };
      const answers = [
        await gateway.run("list_catalogs", {}, auth),
        await gateway.upload({ path: file, overwrite: false }, "x", auth),
        await gateway.run("execute_query", query, auth),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject(refused);
        expect(answer.body.outcome).toBeUndefined();
      }
    }
    expect(proxy.targets).toEqual([]);
    expect(JSON.stringify([gateway.log, gateway.audit])).not.toMatch(/wrong|p%40ss|p@ss/);
  });

  it.each([
    [403, false],
    [503, true],
  ])("that answers CONNECT with %i is named, and retryable is %s", async (status, retryable) => {
    proxy.answerWith(status);
    const settings = { ...m2m, HTTPS_PROXY: proxy.url, DATABRICKS_HTTP_PATH: warehousePath };
    gateway = await startGateway(`https://${host}`, settings);
    const refused = {
      error: `The proxy of HTTPS_PROXY did not open the connection (HTTP status ${status}).`,
      retryable,
    };
    for (const auth of [undefined, { token: tokenOf.alice }]) {
      expect((await gateway.run("list_catalogs", {}, auth)).body).toMatchObject(refused);
      const query = { sql: "INSERT INTO t VALUES (1)" };
      expect((await gateway.run("execute_query", query, auth)).body).toMatchObject(refused);
    }
  });

  it("does not turn off the check of the workspace's certificate", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      const settings = {
        DATABRICKS_TOKEN: tokenOf.alice,
        DATABRICKS_HTTP_PATH: warehousePath,
        HTTPS_PROXY: proxy.url,
      };
      gateway = await startGateway("https://not-in-the-certificate.azuredatabricks.net", settings);
      expect(await gateway.run("list_catalogs")).toMatchObject({ status: 502 });
      expect(await gateway.run("execute_query", { sql: "SELECT 1" })).toMatchObject({ status: 502 });
      expect(workspace.requests()).toEqual([]);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });

  it("is not used for a host in NO_PROXY", async () => {
    const settings = { DATABRICKS_TOKEN: tokenOf.alice, HTTPS_PROXY: proxy.url };
    gateway = await startGateway(workspace.url.replace("127.0.0.1", "localhost"), settings);
    await useEverything(gateway);
    expect(proxy.targets).toEqual([]);
  });
});

describe("an identity of Microsoft Entra ID", () => {
  const entra = { ARM_TENANT_ID: "a-tenant", ARM_CLIENT_ID: "an-app", ARM_CLIENT_SECRET: "entra-secret" };

  it("signs in at its directory and runs operations with the token", async () => {
    workspace.addFault({
      method: "POST",
      path: "/a-tenant/oauth2/token",
      status: 200,
      // Entra ID writes numbers as strings here.
      body: { token_type: "Bearer", expires_in: "3599", access_token: tokenOf.alice },
    });
    gateway = await startGateway(`https://${host}`, { ...entra, HTTPS_PROXY: proxy.url });
    await useEverything(gateway);
    expect(new Set(proxy.targets)).toEqual(new Set([`${login}:443`, `${host}:443`]));
    const logins = workspace.requests().filter(({ path }) => path.includes("oauth"));
    expect(logins.map(({ path }) => path)).toEqual(["/a-tenant/oauth2/token"]);
    expect(JSON.stringify([gateway.log, gateway.audit])).not.toContain("entra-secret");
  });

  it("returns 401 with an error that names Entra ID when its directory refuses it", async () => {
    const body = { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret." };
    workspace.addFault({ path: "/a-tenant/oauth2/token", status: 401, body });
    gateway = await startGateway(`https://${host}`, { ...entra, HTTPS_PROXY: proxy.url });
    expect((await gateway.run("list_catalogs")).body).toMatchObject({
      status: 401,
      error: "Microsoft Entra ID did not accept the gateway's client id and secret.",
    });
    expect(gateway.log.at(-1)?.["cause"]).toContain(`the login service is https://${login}`);
  });
});

describe("a workload identity", () => {
  it("exchanges the token in its file, and reads the file again for each exchange", async () => {
    const folder = await mkdtemp(join(tmpdir(), "workload-"));
    try {
      const tokenFile = join(folder, "token");
      workspace.addFault({
        path: "/oidc/v1/token",
        status: 200,
        body: { access_token: tokenOf.alice, expires_in: 11 },
      });
      gateway = await startGateway(workspace.url, {
        DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
        DATABRICKS_OIDC_TOKEN_FILEPATH: tokenFile,
      });
      const missing = await gateway.run("list_catalogs");
      expect(missing).toMatchObject({ status: 502, body: { error_code: "WORKSPACE_SIGN_IN_FAILED" } });
      await writeFile(tokenFile, "not a token");
      expect((await gateway.run("list_catalogs")).status).toBe(502);
      await writeFile(tokenFile, "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3In0.c2ln\n");
      await useEverything(gateway);
      expect(JSON.stringify([gateway.log, gateway.audit])).not.toContain("eyJhbGciOiJSUzI1NiJ9");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
