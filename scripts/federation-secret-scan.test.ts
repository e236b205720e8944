import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSeed, type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProcesses } from "./start-product.ts";

/** The real product with a caller who runs by a JWT, and a canary that looks like no known kind of secret as the token. */
const token = `canary.exchanged-token.${randomBytes(12).toString("hex")}`;
const audience = "front-door";
const loginEndpoint = "/oidc/v1/token";
const [{ applicationId }] = defaultSeed.servicePrincipals as [(typeof defaultSeed.servicePrincipals)[0]];

let folder: string;
let provider: IdentityProvider;
let key: SigningKey;
let workspace: LocalWorkspace;
let product: RunningProduct;
/** The gateway's own, by which its platform vouches for it. */
let workloadToken: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "federation-scan-"));
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
  workloadToken = await newJwt("the-workload");
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
});
afterAll(async () => {
  await workspace.close();
  provider.stop();
  rmSync(folder, { recursive: true });
});

function newJwt(sub: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = {
    iss: provider.issuer,
    aud: audience,
    sub,
    groups: ["finance"],
    exp,
    jti: crypto.randomUUID(),
  };
  return provider.sign(key, claims);
}

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

// That callers who run as a user leave no secret behind is in the gateway's federation.test.ts.
describe("the product with OIDC_RUN_AS=service-principal", () => {
  let auditFile: string;
  beforeAll(async () => {
    auditFile = join(folder, "audit.log");
    await workspace.changeCredentials({ addToken: { principal: applicationId, token } });
    // Every exchange, the gateway's own too.
    workspace.addFault({
      path: loginEndpoint,
      status: 200,
      body: { access_token: token, expires_in: 300, token_type: "Bearer" },
    });
    const principal = { claim: "groups", value: "finance", application_id: applicationId };
    product = await startProcesses({
      env: {
        API_AUTH: "oidc",
        OIDC_RUN_AS: "service-principal",
        OIDC_PRINCIPALS_FILE: write("principals.jsonl", JSON.stringify(principal)),
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: audience,
        DATABRICKS_HOST: workspace.url,
        DATABRICKS_CLIENT_ID: applicationId,
        DATABRICKS_OIDC_TOKEN_FILEPATH: write("workload-token", workloadToken),
        LOG_LEVEL: "trace",
        AUDIT_LOG: auditFile,
        AUDIT_SQL: "true",
        AUDIT_PARAMETERS: "true",
      },
    });
  });
  afterAll(() => product[Symbol.asyncDispose]());

  test("says neither a JWT nor its token in a log or a reply, and the front door never has the token, nor what vouches for the gateway", async () => {
    const jwt = await newJwt("bob");
    const replies: string[] = [];
    const call = async (path: string) => {
      const response = await fetch(`${product.origin}${path}`, {
        headers: { authorization: `Bearer ${jwt}` },
      });
      const text = await response.text();
      replies.push(text);
      return text;
    };
    expect(await call("/api/me")).toContain(applicationId);
    for (const status of [307, 400, 401, 403, 404, 429, 500, 503]) {
      const echo = `${token} ${jwt} ${workloadToken}`;
      const headers = {
        location: `https://x/?${echo}`,
        "x-databricks-reason-phrase": echo,
        "retry-after": "600",
      };
      const body = {
        error_code: "BAD_REQUEST",
        message: echo,
        error: "invalid_grant",
        error_description: echo,
      };
      workspace.addFault({ path: "/api/*", status, headers, body });
      await call("/api/catalogs");
      workspace.clearFaults();
    }

    const [signature = "", ownSignature = ""] = [jwt, workloadToken].map((each) => each.split(".")[2]);
    const secrets = [token, signature, ownSignature, jwt.split(".")[1] ?? ""];
    const written = [product.output(), readFileSync(auditFile, "utf8"), ...replies].join("\n");
    expect(written).toContain('"kind":"federated"');
    expect(secrets.filter((each) => written.includes(each))).toEqual([]);
    // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
    const api = product.pidOf("api");
    const inApi = findInMemory(api, [token]);
    if (inApi === undefined) return;
    expect([inApi, findInMemory(api, [ownSignature])]).toEqual([[], []]);
    expect(findInMemory(product.pidOf("databricks-gateway"), [token])).toEqual([token]);
  });
});
