import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProduct } from "./running-product.ts";

/** The real product with a caller who runs by a JWT, and a canary that looks like no known kind of secret as the token. */
const token = `canary.exchanged-token.${randomBytes(12).toString("hex")}`;
const audience = "front-door";
const loginEndpoint = "/oidc/v1/token";

let folder: string;
let provider: IdentityProvider;
let key: SigningKey;
let workspace: LocalWorkspace;
let product: RunningProduct;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "federation-scan-"));
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
  await workspace.changeCredentials({ addToken: { principal: "bob@example.com", token } });
  product = await startProduct({
    env: {
      API_AUTH: "oidc",
      OIDC_RUN_AS: "user",
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: audience,
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_TOKEN: "local-token-alice",
      LOG_LEVEL: "trace",
      AUDIT_LOG: join(folder, "audit.log"),
      AUDIT_SQL: "true",
      AUDIT_PARAMETERS: "true",
    },
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await workspace.close();
  provider.stop();
  rmSync(folder, { recursive: true });
});

function newJwt(): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  return provider.sign(key, { iss: provider.issuer, aud: audience, sub: "bob", exp });
}

test("says neither a JWT nor its token in a log or a reply, and the front door never has the token", async () => {
  const jwt = await newJwt();
  const replies: string[] = [];
  const call = async (path: string) => {
    const response = await fetch(`${product.origin}${path}`, { headers: { authorization: `Bearer ${jwt}` } });
    const text = await response.text();
    replies.push(text);
    return text;
  };
  workspace.addFault({
    path: loginEndpoint,
    status: 200,
    body: { access_token: token, expires_in: 300, token_type: "Bearer" },
  });
  expect(await call("/api/me")).toContain("bob@example.com");
  for (const status of [307, 400, 401, 403, 404, 429, 500, 503]) {
    const echo = `${token} ${jwt}`;
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

  const secrets = [token, ...jwt.split(".").slice(1)];
  const written = [product.output(), readFileSync(join(folder, "audit.log"), "utf8"), ...replies].join("\n");
  expect(written).toContain('"kind":"federated"');
  expect(secrets.filter((each) => written.includes(each))).toEqual([]);
  // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
  const inApi = findInMemory(product.pidOf("api"), [token]);
  if (inApi === undefined) return;
  expect(inApi).toEqual([]);
  expect(findInMemory(product.pidOf("databricks-gateway"), [token])).toEqual([token]);
});
