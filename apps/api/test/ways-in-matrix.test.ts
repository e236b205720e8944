import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSeed } from "@front-door/local-workspace";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { allowSignIn, appSettings, BrowserUnderTest } from "./browser-under-test.ts";
import { type Answer, type Stack, startStack } from "./start-stack.ts";

/**
 * Every cell is a request: the ways in of `API_AUTH` × what the request brings. What is expected is written down here by
 * itself, and what is asserted is who the workspace saw, or the refusal with nobody seen.
 */
const audience = "front-door";
const key = `fdk_${"reporting".padEnd(43, "x")}`;
/** A key with the name of a person. */
const keyOfCarol = `fdk_${"carol".padEnd(43, "x")}`;
const file = join(mkdtempSync(join(tmpdir(), "ways-in-")), "keys.jsonl");
const own = String(defaultSeed.servicePrincipals[0]?.applicationId);

let provider: IdentityProvider;
let signingKey: SigningKey;
beforeAll(async () => {
  const names = { reporting: key, "carol@example.com": keyOfCarol };
  const lines = Object.entries(names).map(([name, given]) =>
    JSON.stringify({ name, sha256: hashApiKey(given), operations: ["*"] }),
  );
  writeFileSync(file, lines.join("\n"));
  provider = await startIdentityProvider();
  signingKey = await provider.newKey("first");
  provider.publish("first");
});
afterAll(() => provider.stop());

function jwtOf(user: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = { iss: provider.issuer, aud: audience, sub: `id-of-${user}`, exp };
  return provider.sign(signingKey, { ...claims, email: `${user}@example.com`, email_verified: true });
}

const modeOf = { key: "api-key", jwt: "oidc", session: "databricks", proxy: "forwarded" } as const;
type Kind = keyof typeof modeOf;
type Brought = readonly [Kind, "good" | "broken"];

const singles = Object.keys(modeOf).flatMap((kind): Brought[][] => [
  [[kind as Kind, "good"]],
  [[kind as Kind, "broken"]],
]);
const pairs = singles.flatMap(([one]) =>
  singles.flatMap(([other]): Brought[][] => (one && other && one[0] < other[0] ? [[one, other]] : [])),
);
const all: Brought[][] = [
  [],
  ...singles,
  ...pairs,
  Object.keys(modeOf).map((kind) => [kind as Kind, "good"]),
];

const who: Readonly<Record<Kind, string>> = {
  key: own,
  jwt: "carol@example.com",
  session: "bob@example.com",
  proxy: own,
};

/** Who the workspace sees: nobody, where it was sent a token that it does not accept; or the code of the refusal. */
function expected(modes: readonly string[], brought: readonly Brought[]): string {
  const kinds = new Set(brought.map(([kind]) => kind));
  // A name that cannot be one is refused wherever it stands, and so is a key that nobody reads.
  if (brought.some(([kind, state]) => kind === "proxy" && state === "broken")) return "UNAUTHENTICATED";
  if (kinds.has("key") && !modes.includes("api-key")) return "UNAUTHENTICATED";
  const [taken, another] = brought.filter(([kind]) => modes.includes(modeOf[kind]));
  if (taken === undefined || another !== undefined) return "UNAUTHENTICATED";
  const [kind, state] = taken;
  if (state === "broken") return "UNAUTHENTICATED";
  // What is no way in here is a Databricks token beside a key or a proxy's user, and no JWT is one.
  if (kinds.has("jwt") && kind !== "jwt") {
    const isToken = !brought.some(([each, how]) => each === "jwt" && how === "broken");
    return kind === "session" || !isToken ? "UNAUTHENTICATED" : "nobody";
  }
  return who[kind];
}

const combinations = [
  "api-key,databricks",
  "api-key,oidc",
  "oidc,databricks",
  "api-key,forwarded",
  "oidc,forwarded",
  "databricks, oidc, api-key",
];

describe.each(combinations)("with API_AUTH=%s a request", (text) => {
  const modes = text.split(",").map((mode) => mode.trim());
  let stack: Stack;
  let headersOf: Readonly<Record<Kind, Readonly<Record<Brought[1], Record<string, string>>>>>;
  let secrets: string[];
  const answers: Answer[] = [];

  beforeAll(async () => {
    const federation = {
      OIDC_RUN_AS: "user",
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: audience,
    };
    stack = await startStack(
      { failedSignInsPerMinute: 10_000 },
      {
        settings: {
          API_AUTH: text,
          TRUSTED_PROXIES: "127.0.0.2",
          ...(modes.includes("api-key") ? { API_KEYS_FILE: file } : {}),
          ...(modes.includes("oidc") ? federation : {}),
        },
        gatewaySettings: { ...appSettings, ...federation },
      },
    );
    await allowSignIn(stack.workspace, [stack.url]);
    await stack.workspace.changeCredentials({
      addFederationPolicy: {
        name: "people",
        issuer: provider.issuer,
        audiences: [audience],
        subjectClaim: "email",
      },
    });
    const jwt = await jwtOf("carol");
    const session = modes.includes("databricks") ? await sessionOf("bob") : `fds_${"x".repeat(43)}`;
    headersOf = {
      key: { good: { "x-api-key": key }, broken: { "x-api-key": "fdk_unknown" } },
      jwt: {
        good: { authorization: `Bearer ${jwt}` },
        broken: { authorization: "Basic YTpi" },
      },
      session: {
        good: { cookie: `other=1; front-door-session=${session}` },
        broken: { cookie: "front-door-session=fds_short" },
      },
      proxy: {
        good: { "x-forwarded-email": "dora@example.com" },
        broken: { "x-forwarded-email": "\xff\xfe" },
      },
    };
    secrets = [key, ...jwt.split(".").slice(1), session.slice("fds_".length)];
  });
  afterAll(() => stack.close());

  async function sessionOf(user: string): Promise<string> {
    const browser = new BrowserUnderTest(stack);
    await browser.signIn(user);
    return browser.session;
  }

  async function seen(brought: readonly Brought[]): Promise<string> {
    stack.workspace.clearRequests();
    const headers = Object.assign({}, ...brought.map(([kind, state]) => headersOf[kind][state]));
    const answer = await stack.call("GET", "/api/me", { headers, from: "127.0.0.2" });
    answers.push(answer);
    const requests = stack.workspace.requests().filter(({ path }) => !path.startsWith("/oidc/"));
    if (requests.length === 0) return answer.json.error_code as string;
    expect(requests).toHaveLength(1);
    const [{ principal } = { principal: undefined }] = requests;
    if (principal === undefined) expect(answer.status).toBe(403);
    else expect([answer.status, answer.json.user_name]).toEqual([200, principal]);
    return principal ?? "nobody";
  }

  it("runs as whom its one credential says, or is refused, and never as somebody else", async () => {
    const cells = [];
    for (const brought of all) cells.push({ brought, cell: await seen(brought) });
    expect(cells).toEqual(all.map((brought) => ({ brought, cell: expected(modes, brought) })));
    expect(cells).toHaveLength(34);
    const written = JSON.stringify([stack.log, stack.audit, answers.map(({ text: reply }) => reply)]);
    for (const secret of secrets) expect(written).not.toContain(secret);
  });

  it("that brings nothing learns every way in, in the message and in WWW-Authenticate", async () => {
    const { json, headers } = await stack.call("GET", "/api/me", { from: "127.0.0.2" });
    const words = {
      "api-key": ["X-Api-Key", "ApiKey realm="],
      oidc: ["JWT in Authorization", "Bearer realm="],
      databricks: ["/auth/login", "Cookie realm="],
      forwarded: ["trusted proxy", "Bearer realm="],
    };
    for (const mode of Object.keys(words) as (keyof typeof words)[]) {
      const [advice = "", challenge = ""] = words[mode];
      expect([mode, json.error.includes(advice)]).toEqual([mode, modes.includes(mode)]);
      if (modes.includes(mode)) expect(headers["www-authenticate"]).toContain(challenge);
    }
  });

  it("with two credentials learns which two", async () => {
    const both = all.find((brought) => brought.length === 2 && expectedBoth(brought));
    await seen(both ?? []);
    const named = {
      key: "X-Api-Key",
      jwt: "Authorization",
      session: "session's cookie",
      proxy: "identity headers of a proxy",
    };
    const error = String(answers.at(-1)?.json.error).toLowerCase();
    for (const [kind] of both ?? []) expect(error).toContain(named[kind].toLowerCase());
  });

  const expectedBoth = (brought: readonly Brought[]) =>
    brought.every(([kind, state]) => modes.includes(modeOf[kind]) && state === "good");
});

/** The requests that the caller has left in this minute. */
const left = ({ headers }: Answer) => /r=(\d+)/.exec(String(headers["ratelimit"]))?.[1];

describe("people and keys of one name", () => {
  let stack: Stack;
  let browser: BrowserUnderTest;
  beforeAll(async () => {
    stack = await startStack(
      {},
      {
        settings: { API_AUTH: "databricks,api-key", API_KEYS_FILE: file, RATE_LIMIT_PER_MINUTE: "50" },
        gatewaySettings: appSettings,
      },
    );
    await allowSignIn(stack.workspace, [stack.url]);
    browser = new BrowserUnderTest(stack);
    await browser.signIn("carol");
  });
  afterAll(() => stack.close());
  const asKey = { headers: { "x-api-key": keyOfCarol } };
  const put = (headers: Record<string, string>) =>
    stack.call("PUT", "/api/settings/uc-schema", { headers, json: { schema: null } });

  it("are two callers to the rate limit, and the audit log tells them apart", async () => {
    for (const _ of [1, 2, 3]) await stack.call("GET", "/api/me", asKey);
    expect(left(await stack.call("GET", "/api/me", asKey))).toBe("46");
    expect(left(await browser.call("GET", "/api/me"))).toBe("49");
    const lines = () =>
      stack.audit
        .filter(({ operation }) => operation === "me")
        .map(({ caller, caller_mode: mode }) => `${String(caller)} by ${String(mode)}`);
    await expect
      .poll(() => [...new Set(lines())])
      .toEqual(["carol@example.com by api-key", "carol@example.com by databricks"]);
  });

  it("have rules of their own: a key needs no Origin, and a cookie does", async () => {
    expect((await put(asKey.headers)).status).toBe(200);
    const cookie = `front-door-session=${browser.session}`;
    expect((await put({ cookie })).json.error_code).toBe("ORIGIN_NOT_ALLOWED");
  });

  it("learn at /auth/session that there are both ways in", async () => {
    const { json } = await stack.call("GET", "/auth/session");
    expect(json).toEqual({ signed_in: false, api_auth: "api-key,databricks", login_path: "/auth/login" });
  });
});
