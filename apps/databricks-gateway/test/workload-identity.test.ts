import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { audience, startFederation } from "./federation-under-test.ts";
import { type Answer, servicePrincipal, startGateway, startWorkspace } from "./gateway-under-test.ts";

// A gateway without a secret: a token of its platform is exchanged for one of its service principal.

const subject = "repo:acme/front-door";
const asPrincipal = { DATABRICKS_CLIENT_ID: servicePrincipal.clientId };

let folder: string;
let federation: Awaited<ReturnType<typeof startFederation>>;
let workspace: LocalWorkspace;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "workload-"));
  [federation, workspace] = await Promise.all([startFederation(), startWorkspace()]);
  const { issuer, policy } = federation;
  const endpoint = `${workspace.url}/oidc/v1/token`;
  const { clientId } = servicePrincipal;
  const ofWorkload = { name: "workload", issuer, subject, servicePrincipal: clientId };
  await workspace.changeCredentials({
    addFederationPolicy: { ...ofWorkload, audiences: [audience, endpoint, "chosen"] },
  });
  await workspace.changeCredentials({ addFederationPolicy: policy });
});
afterAll(async () => {
  await workspace.close();
  federation.provider.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

async function start(settings: Record<string, string>) {
  const gateway = await startGateway(workspace.url, settings);
  onTestFinished(() => gateway.close());
  return gateway;
}

async function fileWith(jwt: string): Promise<string> {
  const file = join(folder, crypto.randomUUID());
  await writeFile(file, jwt);
  return file;
}

const userOf = ({ body }: Answer): unknown => body.user_name ?? body.error_code;

describe("the gateway's own identity", () => {
  test.each<[string, (jwt: string) => Promise<Record<string, string>>]>([
    ["file-oidc", async (jwt) => ({ DATABRICKS_OIDC_TOKEN_FILEPATH: await fileWith(jwt) })],
    ["env-oidc", async (jwt) => ({ DATABRICKS_OIDC_TOKEN: jwt })],
    ["env-oidc", async (jwt) => ({ DATABRICKS_OIDC_TOKEN_ENV: "PLATFORM_TOKEN", PLATFORM_TOKEN: jwt })],
    ["env-oidc", async (jwt) => ({ DATABRICKS_OIDC_TOKEN_FILE: await fileWith(jwt) })],
    [
      "env-oidc",
      // It wins over a secret that is set too.
      async (jwt) => ({
        DATABRICKS_AUTH_TYPE: "env-oidc",
        DATABRICKS_OIDC_TOKEN: jwt,
        DATABRICKS_CLIENT_SECRET: "not-a-secret",
      }),
    ],
  ])("is a service principal's by %s, and /ready names the kind", async (kind, settingsFor) => {
    const settings = await settingsFor(await federation.jwtOf("nobody", { sub: subject }));
    const gateway = await start({ ...asPrincipal, ...settings });
    expect(userOf(await gateway.run("me"))).toBe(servicePrincipal.clientId);
    const ready = await (await fetch(`${gateway.url}/ready`)).json();
    expect(ready).toMatchObject({ identity: { kind, principal: servicePrincipal.clientId } });
    const sent = workspace.requests().filter(({ path }) => path === "/oidc/v1/token");
    expect(sent).toHaveLength(1);
  });

  test("is the one of a new token in the file, within seconds of the change", async () => {
    const file = await fileWith(await federation.jwtOf("alice"));
    const gateway = await start({ DATABRICKS_OIDC_TOKEN_FILEPATH: file });
    expect(userOf(await gateway.run("me"))).toBe("alice@example.com");
    await writeFile(file, await federation.jwtOf("bob"));
    await expect
      .poll(async () => userOf(await gateway.run("me")), { timeout: 60_000, interval: 100 })
      .toBe("bob@example.com");
  });

  test("fails with 502, and shows no token, when no federation policy matches", async () => {
    const jwt = await federation.jwtOf("nobody", { sub: "repo:other" });
    const gateway = await start({ ...asPrincipal, DATABRICKS_OIDC_TOKEN: jwt });
    const answer = await gateway.run("me");
    expect(answer.body).toMatchObject({ status: 502, error_code: "WORKSPACE_SIGN_IN_FAILED" });
    const log = JSON.stringify([gateway.log, answer]);
    expect(log).toContain("the claim sub must be repo:front-door".replace("repo:front-door", subject));
    expect(log).not.toContain(jwt.split(".")[1]);
  });
});

describe("a job of GitHub Actions", () => {
  const requestToken = "the-request-token-of-the-job";
  const asked: IncomingMessage[] = [];
  let reply: () => Promise<{ status: number; body: string }>;
  const server = createServer((request, response) => {
    asked.push(request);
    void reply().then(({ status, body }) => response.writeHead(status).end(body));
  });
  let url: string;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked.length = 0;
    reply = async () => ({ status: 200, body: JSON.stringify({ value: await tokenOfJob() }) });
  });
  /** For the audience that was asked for. */
  function tokenOfJob(): Promise<string> {
    const { searchParams } = new URL(asked.at(-1)?.url ?? "", url);
    return federation.jwtOf("nobody", { sub: subject, aud: searchParams.get("audience") });
  }
  const startJob = (settings: Record<string, string> = {}) =>
    start({
      ...asPrincipal,
      DATABRICKS_AUTH_TYPE: "github-oidc",
      ACTIONS_ID_TOKEN_REQUEST_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      ...settings,
    });

  test.each<[string, Record<string, string>, () => string]>([
    ["the workspace's token endpoint", {}, () => `${workspace.url}/oidc/v1/token`],
    ["DATABRICKS_TOKEN_AUDIENCE", { DATABRICKS_TOKEN_AUDIENCE: "chosen" }, () => "chosen"],
  ])("is a service principal by a token for %s", async (_, settings, expected) => {
    const gateway = await startJob(settings);
    expect(userOf(await gateway.run("me"))).toBe(servicePrincipal.clientId);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${requestToken}`);
    const { searchParams } = new URL(asked[0]?.url ?? "", url);
    expect(Object.fromEntries(searchParams)).toEqual({ "api-version": "2.0", audience: expected() });
  });

  test.each([
    ["a refusal", 403, requestToken],
    ["a reply that has no token", 200, JSON.stringify({ value: requestToken })],
  ])("that gets %s fails with 502 and shows no secret", async (_, status, body) => {
    reply = async () => ({ status, body });
    const gateway = await startJob();
    const answer = await gateway.run("me");
    expect(answer.body).toMatchObject({ status: 502, error_code: "WORKSPACE_SIGN_IN_FAILED" });
    expect(answer.body.error).toContain("GitHub");
    expect(JSON.stringify([answer, gateway.log])).not.toContain(requestToken);
  });
});
