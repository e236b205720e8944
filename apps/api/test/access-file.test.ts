import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../src/settings/config.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { allowSignIn, appSettings, BrowserUnderTest } from "./browser-under-test.ts";
import { type Answer, gatewaySecret, type Stack, startStack } from "./start-stack.ts";

const folder = mkdtempSync(join(tmpdir(), "access-of-both-"));
const accessFile = join(folder, "access.yaml");
const keysFile = join(folder, "keys.jsonl");
const audience = "front-door";
const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
/** Alice is in the group `admins` of the local workspace. */
const rules = `rules:
  - who: group:admins
    mode: databricks
    operations: "*"
  - who: group:analysts
    operations: [me, list_*]
    requests_per_minute: 3
  - who: [key:reporting, key:alice@example.com]
    operations: [list_*, get_uc_schema]
    as: service
`;

let stack: Stack;
let provider: IdentityProvider;
let signingKey: SigningKey;
beforeAll(async () => {
  writeFileSync(accessFile, rules);
  const lines = ["reporting", "alice@example.com", "nobody"].map((name) =>
    JSON.stringify({
      name,
      sha256: hashApiKey(keyOf(name)),
      operations: name === "reporting" ? ["list_catalogs", "me", "get_uc_schema"] : ["*"],
    }),
  );
  writeFileSync(keysFile, lines.join("\n"));
  provider = await startIdentityProvider();
  signingKey = await provider.newKey("first");
  provider.publish("first");
  stack = await startStack(
    {},
    {
      settings: {
        API_AUTH: "databricks,oidc,api-key",
        API_KEYS_FILE: keysFile,
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: audience,
        OIDC_GROUPS_CLAIM: "roles",
        SETTINGS_EDITORS: "*",
        ACCESS_FILE: accessFile,
      },
      gatewaySettings: { ...appSettings, ACCESS_FILE: accessFile },
    },
  );
  await allowSignIn(stack.workspace, [stack.url]);
});
afterAll(async () => {
  await stack.close();
  provider.stop();
});

async function asPerson(user: string, claims: object = {}) {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const all = { iss: provider.issuer, aud: audience, sub: user, exp, ...claims };
  return { authorization: `Bearer ${await provider.sign(signingKey, all)}` };
}
const get = async (path: string, headers: Record<string, string>) => stack.call("GET", path, { headers });
const outcome = ({ status, json }: Answer) => (status < 400 ? status : (json.error_code as string));
const withKey = (name: string) => ({ "x-api-key": keyOf(name) });

describe("with ACCESS_FILE for both processes", () => {
  it("a session's rule is that of its groups at Databricks", async () => {
    const [alice, bob] = [new BrowserUnderTest(stack), new BrowserUnderTest(stack)];
    await alice.signIn("alice");
    await bob.signIn("bob");
    expect((await alice.call("GET", "/api/me")).json.user_name).toBe("alice@example.com");
    const schema = { json: { schema: null } };
    expect(outcome(await alice.call("PUT", "/api/settings/uc-schema", schema))).toBe(200);
    for (const path of ["/api/me", "/api/settings/uc-schema"]) {
      const refused = await bob.call("GET", path);
      expect(refused.json.error).toBe("no rule of ACCESS_FILE is for bob@example.com (databricks)");
    }
    expect(outcome(await bob.call("PUT", "/api/settings/uc-schema", schema))).toBe("OPERATION_NOT_ALLOWED");
    // The groups are nobody's business in the browser.
    expect((await alice.call("GET", "/auth/session")).json).not.toHaveProperty("groups");
  });

  it("a JWT's rule is that of the claim with its groups, and a group of another mode is no group of its", async () => {
    expect(outcome(await get("/api/me", await asPerson("ann", { roles: ["x", "analysts"] })))).toBe(200);
    expect(outcome(await get("/api/me", await asPerson("bea", { roles: "analysts" })))).toBe(200);
    for (const claims of [{ roles: ["admins"] }, { groups: ["analysts"] }, { roles: [7] }, {}]) {
      expect(outcome(await get("/api/me", await asPerson("cid", claims)))).toBe("OPERATION_NOT_ALLOWED");
    }
  });

  it("a JWT that leaves out the groups of somebody in too many has no rule, not even one for everyone", async () => {
    const elsewhere = {
      _claim_names: { roles: "src1" },
      _claim_sources: { src1: { endpoint: "https://x" } },
    };
    for (const path of ["/api/me", "/api/settings/uc-schema"]) {
      const answer = await get(path, await asPerson("gus", elsewhere));
      expect([outcome(answer), answer.json.error]).toEqual([
        "IDENTITY_NOT_ALLOWED",
        expect.stringContaining("The JWT leaves out the caller's groups"),
      ]);
    }
  });

  it("of a key's own operations and those of its rule, the narrower list holds", async () => {
    expect(outcome(await get("/api/catalogs", withKey("reporting")))).toBe(200);
    expect(outcome(await get("/api/settings/uc-schema", withKey("reporting")))).toBe(200);
    // The key has `me`, and its rule has not; the rule has `list_warehouses`, and the key has not.
    const byRule = await get("/api/me", withKey("reporting"));
    expect(byRule.json.error).toBe("me is not allowed by line 8 of ACCESS_FILE");
    const byKey = await get("/api/warehouses", withKey("reporting"));
    expect(byKey.json.error).toBe("This API key does not allow the operation list_warehouses.");
    expect(outcome(await get("/api/catalogs", withKey("nobody")))).toBe("OPERATION_NOT_ALLOWED");
    // The name of a person who may do everything.
    expect(outcome(await get("/api/me", withKey("alice@example.com")))).toBe("OPERATION_NOT_ALLOWED");
  });

  it("a rule's limit is each caller's own, and RateLimit names it", async () => {
    const dora = await asPerson("dora", { roles: "analysts" });
    const eve = await asPerson("eve", { roles: "analysts" });
    const statuses = [];
    for (const _ of [1, 2, 3, 4]) statuses.push((await get("/api/me", dora)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const answer = await get("/api/me", eve);
    expect([answer.status, answer.headers["ratelimit-policy"]]).toEqual([200, '"caller"; q=3; w=60']);
    expect((await get("/api/catalogs", withKey("reporting"))).headers["ratelimit-policy"]).toBe(
      '"caller"; q=1200; w=60',
    );
  });

  it("a change holds at both within a second or so", async () => {
    const fay = await asPerson("fay", { roles: "analysts" });
    writeFileSync(accessFile, rules.replace("requests_per_minute: 3", "requests_per_minute: 500"));
    const policyOf = async () => (await get("/api/me", fay)).headers["ratelimit-policy"];
    await expect.poll(policyOf, { interval: 300, timeout: 20_000 }).toBe('"caller"; q=500; w=60');
    expect(stack.log.api.some(({ msg }) => msg === "ACCESS_FILE was read again")).toBe(true);
  });

  it("no refusal and no log has a key or a JWT in it", () => {
    const written = JSON.stringify([stack.log, stack.audit]);
    expect(written).not.toMatch(/fdk_|eyJ/);
  });
});

it("a front door whose access file is broken does not start, and says the line", () => {
  const broken = join(folder, "broken.yaml");
  writeFileSync(broken, "rules:\n  - who: everyone\n    operations: lst_*\n");
  const read = () =>
    loadConfig({ GATEWAY_SECRET: gatewaySecret, SETTINGS_FILE: join(folder, "absent"), ACCESS_FILE: broken });
  expect(read).toThrow(/^ACCESS_FILE \S+ cannot be used \(line 3: operations\.0: must be an operation/);
});
