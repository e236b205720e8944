import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { allowSignIn, appSettings, BrowserUnderTest } from "./browser-under-test.ts";
import { at, gatewaySecret, type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(
    {},
    {
      settings: {
        API_AUTH: "databricks",
        CORS_ORIGINS: "https://app.example.com",
        SETTINGS_EDITORS: "alice@example.com",
      },
      gatewaySettings: appSettings,
    },
  );
  await allowSignIn(stack.workspace, [stack.url]);
});
afterAll(() => stack.close());
afterEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const browser = () => new BrowserUnderTest(stack);
const signedIn = async (user: string) => {
  const one = browser();
  await one.signIn(user);
  return one;
};
const tokenRequests = () => stack.workspace.requests().filter(({ path }) => path === "/oidc/v1/token");
const cookiesOf = (headers: Record<string, unknown>) => [headers["set-cookie"] ?? []].flat() as string[];

const seesFinance = async (one: BrowserUnderTest) => {
  const { json } = await one.call("GET", "/api/catalogs");
  return (json.catalogs as { name: string }[]).some(({ name }) => name === "finance");
};
const putSchema = async (user: string) => {
  const one = await signedIn(user);
  return one.call("PUT", "/api/settings/uc-schema", { json: { schema: "main.default" } });
};

/** Why the callback signs nobody in, and sends Databricks nothing. */
const failureOf = async (one: BrowserUnderTest, path: string): Promise<string> => {
  stack.workspace.clearRequests();
  const answer = await one.call("GET", path);
  expect([answer.status, answer.json?.error_code]).toEqual([400, "SIGN_IN_FAILED"]);
  expect([one.session, tokenRequests()]).toEqual(["", []]);
  return answer.json.error as string;
};
const changed = (path: string, name: string, value: string | undefined) => {
  const url = new URL(path, stack.url);
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return `${url.pathname}${url.search}`;
};

it("a session that has ended locks nobody at its address out, however often it is sent", async () => {
  const headers = { cookie: `front-door-session=fds_${"x".repeat(43)}` };
  const asked = Array.from({ length: 150 }, () => stack.call("GET", "/api/me", { headers }));
  const codes = new Set((await Promise.all(asked)).map(({ json }) => json.error_code));
  expect([...codes]).toEqual(["SESSION_ENDED"]);
  expect((await stack.call("GET", "/api/me")).status).toBe(401);
});

it("a page cannot begin a sign-in by a fetch or an image", async () => {
  for (const mode of ["no-cors", "cors", "same-origin"]) {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode };
    const answer = await stack.call("GET", "/auth/login", { headers });
    expect([answer.status, answer.json.error_code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
  }
  const navigation = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  const opened = await stack.call("GET", "/auth/login", { headers: navigation });
  expect(opened.status).toBe(302);
});

describe("two people who signed in", () => {
  it("each see what Unity Catalog lets them see, however their requests are mixed", async () => {
    const [alice, bob] = await Promise.all([signedIn("alice"), signedIn("bob")]);
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) => seesFinance(index % 2 === 0 ? alice : bob)),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index % 2 === 0));
    expect((await alice.call("GET", "/api/me")).json.user_name).toBe("alice@example.com");
    expect((await bob.call("GET", "/api/me")).json.user_name).toBe("bob@example.com");
    expect(stack.log.api.filter(({ caller }) => caller === "bob@example.com").length).toBeGreaterThan(10);
    expect(stack.audit).toContainEqual(
      expect.objectContaining({
        operation: "list_catalogs",
        caller: "bob@example.com",
        caller_kind: "signed-in",
        identity: { kind: "session", principal: "bob@example.com" },
      }),
    );
  });
});

describe("a session's cookie", () => {
  it("can be read by no script, comes with no request of another site, and holds nothing but an id", async () => {
    const one = browser();
    const { headers, status } = await one.signIn("alice", "/query?tab=1");
    expect([status, headers["location"]]).toEqual([302, `${stack.url}/query?tab=1`]);
    const line = cookiesOf(headers).find((each) => each.startsWith("front-door-session="));
    expect(line).toMatch(
      /^front-door-session=fds_[\w-]{43}; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Lax$/,
    );
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("changes with every sign-in, which ends the session that the browser had before", async () => {
    const one = await signedIn("alice");
    const before = one.session;
    await one.signIn("bob");
    expect(one.session).not.toBe(before);
    const stale = await stack.call("GET", "/api/me", { headers: { cookie: `front-door-session=${before}` } });
    expect([stale.status, stale.json.error_code]).toEqual([401, "SESSION_ENDED"]);
    expect((await one.call("GET", "/api/me")).json.user_name).toBe("bob@example.com");
  });

  it("that somebody planted before a sign-in is good for nothing after it", async () => {
    const one = browser();
    const planted = `fds_${"x".repeat(43)}`;
    one.cookies.set("front-door-session", planted);
    await one.signIn("alice");
    expect(one.session).not.toBe(planted);
    const thief = await stack.call("GET", "/api/me", {
      headers: { cookie: `front-door-session=${planted}` },
    });
    expect(thief.json.error_code).toBe("SESSION_ENDED");
  });

  it.each(["x", "fds_short", `fds_${"é".repeat(43)}`])(
    "that is no session's id returns 401, and nothing runs: %s",
    async (value) => {
      const cookie = `front-door-session=${encodeURIComponent(value)}`;
      const answer = await stack.call("GET", "/api/me", { headers: { cookie } });
      expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
      expect(stack.workspace.requests()).toEqual([]);
    },
  );

  it("that is there twice returns 401, whichever of the two is good", async () => {
    const { session } = await signedIn("alice");
    const good = `front-door-session=${session}`;
    const bad = `front-door-session=fds_${"x".repeat(43)}`;
    for (const cookie of [`${good}; ${bad}`, `${bad}; ${good}`]) {
      const answer = await stack.call("GET", "/api/me", { headers: { cookie } });
      expect(answer.json.error).toBe("Duplicate cookie front-door-session.");
    }
  });

  it("is nobody's with a space that only looks like one before its name: its prefix would protect nothing", async () => {
    const { session } = await signedIn("bob");
    const cookie = `\u00a0front-door-session=${session}`;
    const answer = await stack.call("GET", "/api/me", { headers: { cookie } });
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it.each(["authorization", "x-api-key", "proxy-authorization"])(
    "beside another credential in %s returns 401: nobody knows which one is meant",
    async (header) => {
      const one = await signedIn("alice");
      const answer = await one.call("GET", "/api/me", { headers: { [header]: "Bearer local-token-bob" } });
      expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    },
  );

  it("is good for the workspace of the sign-in alone", async () => {
    const one = await signedIn("alice");
    expect((await one.call("GET", "/api/me?workspace=default")).status).toBe(200);
    expect((await one.call("GET", "/api/me?workspace=other")).json.error_code).toBe("UNKNOWN_WORKSPACE");
  });
});

describe("without a session", () => {
  it("a request returns 401, which says how to sign in", async () => {
    const answer = await stack.call("GET", "/api/me");
    expect(answer.json).toMatchObject({
      error_code: "UNAUTHENTICATED",
      error: expect.stringContaining("/auth/login"),
    });
    expect(answer.headers["www-authenticate"]).toBe(
      'Cookie realm="Databricks Front Door", form-action="/auth/login", cookie-name="front-door-session"',
    );
  });

  it("a token in Authorization does not run as its user, nor as the gateway", async () => {
    const headers = { authorization: "Bearer local-token-alice" };
    const answer = await stack.call("GET", "/api/me", { headers });
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("GET /auth/session", () => {
  it("says who has signed in and until when, or how to sign in", async () => {
    const one = browser();
    const nobody = { signed_in: false, api_auth: "databricks", login_path: "/auth/login" };
    expect((await one.call("GET", "/auth/session")).json).toEqual(nobody);
    await one.signIn("bob");
    const { json } = await one.call("GET", "/auth/session");
    expect(json).toMatchObject({
      ...nobody,
      signed_in: true,
      user_name: "bob@example.com",
      workspace: "default",
    });
    expect(Date.parse(json.expires_at) - Date.now()).toBeGreaterThan(11 * 3_600_000);
  });

  it("says at once that a session has ended, however lately it was used", async () => {
    const one = await signedIn("alice");
    expect((await one.call("GET", "/api/me")).status).toBe(200);
    await stack.stopGateway();
    await stack.startGateway();
    expect((await one.call("GET", "/auth/session")).json.signed_in).toBe(false);
  });

  it("forgets the cookie of a session that has ended", async () => {
    const one = browser();
    one.cookies.set("front-door-session", `fds_${"x".repeat(43)}`);
    expect((await one.call("GET", "/auth/session")).json.signed_in).toBe(false);
    expect(one.session).toBe("");
  });
});

describe("POST /auth/logout", () => {
  it("ends the session at once, for whoever else has its id too", async () => {
    const one = await signedIn("alice");
    const { session } = one;
    expect((await one.call("GET", "/api/me")).status).toBe(200);
    expect((await one.call("POST", "/auth/logout")).status).toBe(204);
    expect(one.session).toBe("");
    const thief = await stack.call("GET", "/api/me", {
      headers: { cookie: `front-door-session=${session}` },
    });
    expect([thief.status, thief.json.error_code]).toEqual([401, "SESSION_ENDED"]);
    expect((await one.call("POST", "/auth/logout")).status).toBe(204);
    expect(stack.audit.at(-1)).toMatchObject({ operation: "end_session", caller: "alice@example.com" });
  });

  it("keeps the cookie while the gateway is away, so that the sign-out can be sent again", async () => {
    const one = await signedIn("alice");
    const { session } = one;
    await stack.stopGateway();
    expect((await one.call("POST", "/auth/logout")).status).toBe(503);
    await stack.startGateway();
    expect(one.session).toBe(session);
    expect((await one.call("POST", "/auth/logout")).status).toBe(204);
    expect(one.session).toBe("");
  });

  it("does nothing by GET, nor for a page of another origin, nor for a request that does not say where it comes from", async () => {
    const one = await signedIn("alice");
    const bare = { headers: { cookie: `front-door-session=${one.session}` } };
    expect((await one.call("GET", "/auth/logout")).status).toBe(405);
    const foreign = { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } };
    for (const answer of [
      await one.call("POST", "/auth/logout", foreign),
      await stack.call("POST", "/auth/logout", bare),
    ]) {
      expect([answer.status, answer.json.error_code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    }
    expect((await one.call("GET", "/api/me")).status).toBe(200);
  });
});

describe("a request with a session's cookie that changes something", () => {
  const upload = { body: "text" };
  const file = at("/api/files", `${volume}/csrf.txt`);
  const put = async (headers: Record<string, string>) => {
    const { session } = await signedIn("alice");
    const cookie = `front-door-session=${session}`;
    const answer = await stack.call("PUT", file, { ...upload, headers: { cookie, ...headers } });
    return answer.status;
  };

  it.each([
    ["of our own page", () => ({ origin: stack.url })],
    ["of a page of CORS_ORIGINS", () => ({ origin: "https://app.example.com" })],
    ["of our own page in a browser that sends no Origin", () => ({ "sec-fetch-site": "same-origin" })],
  ])("runs if it is %s", async (_what, headers) => {
    expect([200, 201]).toContain(await put(headers()));
  });

  it.each([
    ["a page of another origin", { origin: "https://evil.example" }],
    ["a page without an origin", { origin: "null" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["another site, by what the browser says", { "sec-fetch-site": "cross-site" }],
    ["a neighbour's site, by what the browser says", { "sec-fetch-site": "same-site" }],
    ["somewhere that it does not say", {}],
  ])("returns 403 if it comes from %s", async (_what, headers) => {
    expect(await put(headers)).toBe(403);
    expect(stack.workspace.requests().filter(({ method }) => method === "PUT")).toEqual([]);
  });
});

describe("GET /auth/login", () => {
  it("sends the browser to Databricks with a state, and a challenge whose verifier stays in the gateway", async () => {
    const one = browser();
    const { status, headers } = await one.call("GET", "/auth/login");
    const url = new URL(String(headers["location"]));
    expect([status, url.origin, url.pathname]).toEqual([302, stack.workspace.url, "/oidc/v1/authorize"]);
    const { state = "", code_challenge = "", ...others } = Object.fromEntries(url.searchParams);
    expect(others).toEqual({
      client_id: "front-door-under-test",
      redirect_uri: `${stack.url}/auth/callback`,
      response_type: "code",
      scope: "all-apis offline_access",
      code_challenge_method: "S256",
    });
    expect([state, code_challenge]).toEqual([
      expect.stringMatching(/^[\w-]{43}$/),
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
    expect(one.cookies.get("front-door-sign-in")).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "evil",
    "",
    "/\t/evil.example",
    "/a\nb",
    "\\\\evil.example",
    "/a\\b",
  ])("refuses to come back to anything but a path of this server: %j", async (returnTo) => {
    const answer = await browser().call("GET", `/auth/login?return_to=${encodeURIComponent(returnTo)}`);
    expect([answer.status, answer.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  });

  it.each(["/.//evil.example", "/%2f%2fevil.example", "/@evil.example", "/browse/main?x=//y#z"])(
    "stays on this server for a path that looks like another: %s",
    async (returnTo) => {
      const { headers } = await browser().signIn("alice", returnTo);
      expect(new URL(String(headers["location"])).origin).toBe(stack.url);
    },
  );

  it.each([
    ["a long path", `/query?sql=${"x".repeat(2900)}`, `/query?sql=${"x".repeat(2900)}`],
    ["the start, for a path that is too long for a cookie", `/query?sql=${"é".repeat(2047)}`, "/"],
  ])("comes back to %s, and sets no cookie that browsers drop", async (_what, returnTo, expected) => {
    const one = browser();
    const { headers } = await one.call("GET", `/auth/login?return_to=${encodeURIComponent(returnTo)}`);
    // Chromium, Firefox and Safari drop a cookie of more than 4,096 bytes.
    const [cookie = ""] = String(cookiesOf(headers)[0]).split(";");
    expect(cookie.length).toBeLessThanOrEqual(4096);
    const { headers: done } = await one.signIn("alice", returnTo);
    expect(done["location"]).toBe(new URL(expected, stack.url).href);
  });
});

describe("GET /auth/callback", () => {
  it("works once: a replay of code and state signs nobody in", async () => {
    const one = browser();
    const path = await one.signInAtDatabricks("alice");
    const secret = one.cookies.get("front-door-sign-in") ?? "";
    await one.call("GET", path);
    const thief = browser();
    thief.cookies.set("front-door-sign-in", secret);
    expect(await failureOf(thief, path)).toMatch(/expired or was completed before/);
    expect((await one.call("GET", "/api/me")).status).toBe(200);
  });

  it("in another browser signs nobody in (login CSRF), with a sign-in of its own under way or without", async () => {
    const attackers = await browser().signInAtDatabricks("alice");
    expect(await failureOf(browser(), attackers)).toMatch(/No sign-in is under way/);
    const victim = browser();
    await victim.call("GET", "/auth/login");
    expect(await failureOf(victim, attackers)).toMatch(/began in another browser/);
  });

  it.each([
    ["in the order in which they began", ["first", "second"]],
    ["the last one first", ["second", "first"]],
  ] as const)("completes the sign-ins of two tabs of a browser, %s", async (_how, order) => {
    const one = browser();
    const answers = {
      first: await one.signInAtDatabricks("alice", "/query"),
      second: await one.signInAtDatabricks("alice", "/files"),
    };
    const pages = { first: "/query", second: "/files" };
    for (const tab of order) {
      const { status, headers } = await one.call("GET", answers[tab]);
      expect([status, headers["location"]]).toEqual([302, `${stack.url}${pages[tab]}`]);
    }
    expect((await one.call("GET", "/api/me")).json.user_name).toBe("alice@example.com");
  });

  it("with a state that nobody began signs nobody in", async () => {
    const one = browser();
    const path = await one.signInAtDatabricks("alice");
    expect(await failureOf(one, changed(path, "state", "x".repeat(43)))).toMatch(
      /expired or was completed before/,
    );
  });

  it("with the answer of another workspace signs nobody in, and sends the code nowhere (mix-up)", async () => {
    const one = browser();
    const path = await one.signInAtDatabricks("alice");
    expect(await failureOf(one, changed(path, "iss", "https://evil.example/oidc"))).toMatch(
      /another workspace/,
    );
  });

  it.each(["access_denied", "invalid request", "server_error"])(
    "with the error %s of Databricks signs nobody in",
    async (error) => {
      const one = browser();
      const path = changed(await one.signInAtDatabricks("alice"), "code", undefined);
      const message = error === "access_denied" ? /was refused at Databricks/ : /did not sign you in/;
      expect(await failureOf(one, `${path}&error=${encodeURIComponent(error)}&error_description=x`)).toMatch(
        message,
      );
    },
  );

  it("with a code that Databricks does not accept signs nobody in", async () => {
    const one = browser();
    const path = changed(await one.signInAtDatabricks("alice"), "code", "not-a-code");
    const answer = await one.call("GET", path);
    expect([answer.status, answer.json.error_code]).toEqual([400, "SIGN_IN_FAILED"]);
    expect(one.session).toBe("");
  });

  it("without a state, or with two, returns 400 and quotes no value", async () => {
    const one = browser();
    const path = await one.signInAtDatabricks("alice");
    for (const each of ["/auth/callback?code=canary-code", `${path}&state=canary-code`]) {
      const answer = await one.call("GET", each);
      expect([answer.status, answer.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
      expect(answer.text).not.toContain("canary");
    }
  });

  it("tells a person what went wrong on a page that leads to a new sign-in", async () => {
    const accept = { headers: { accept: "text/html,*/*;q=0.8" } };
    const answer = await fetch(`${stack.url}/auth/callback?state=x&code=y`, accept);
    const page = await answer.text();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "text/html; charset=utf-8"]);
    expect(page).toContain("No sign-in is under way in this browser.");
    expect(page).toContain('<a href="/auth/login">');
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
  });

  it("leads from a sign-in that was refused to a new one for the same page", async () => {
    const one = browser();
    const path = changed(await one.signInAtDatabricks("alice", "/browse?a=<b>&c"), "code", undefined);
    const html = { headers: { accept: "text/html" } };
    const { bytes } = await one.call("GET", `${path}&error=access_denied`, html);
    expect(String(bytes)).toContain('<a href="/auth/login?return_to=%2Fbrowse%3Fa%3D%3Cb%3E%26c">');
    const [secret = ""] = (one.cookies.get("front-door-sign-in") ?? "").split(".");
    const elsewhere = Buffer.from("//evil.example").toString("base64url");
    one.cookies.set("front-door-sign-in", `${secret}.${elsewhere}`);
    expect(String((await one.call("GET", path, html)).bytes)).toContain('<a href="/auth/login">');
  });

  it("says 503 while Databricks' login service is away, and works when it is back", async () => {
    const one = browser();
    const path = await one.signInAtDatabricks("alice");
    stack.workspace.addFault({ path: "/oidc/*", status: 503, body: "" });
    const away = await one.call("GET", path);
    expect([away.status, away.json.error_code]).toEqual([503, "SIGN_IN_UNAVAILABLE"]);
    expect(away.headers["retry-after"]).toBeDefined();
    const html = { headers: { accept: "text/html" } };
    const page = await one.call("GET", "/auth/login?return_to=/query", html);
    expect(String(page.bytes)).toContain('<a href="/auth/login?return_to=%2Fquery">');
    stack.workspace.clearFaults();
    expect((await one.signIn("alice")).status).toBe(302);
  });
});

describe("settings that all callers share", () => {
  it("may be changed by those whom SETTINGS_EDITORS names", async () => {
    expect((await putSchema("alice")).status).toBe(200);
    expect((await putSchema("bob")).json.error_code).toBe("OPERATION_NOT_ALLOWED");
  });

  it("may not be changed with a session that has ended at another front door a moment ago", async () => {
    const one = await signedIn("alice");
    expect((await one.call("GET", "/api/me")).status).toBe(200);
    await fetch(`http://127.0.0.1:${stack.gatewayPort}/run`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gateway-secret": gatewaySecret },
      body: JSON.stringify({ op: "end_session", params: {}, auth: { session: one.session } }),
    });
    const answer = await one.call("PUT", "/api/settings/uc-schema", { json: { schema: null } });
    expect([answer.status, answer.json.error_code]).toEqual([401, "SESSION_ENDED"]);
  });
});

describe("with a PUBLIC_URL of https, behind a proxy that does not say so", () => {
  let secure: Stack;
  beforeAll(async () => {
    const settings = {
      API_AUTH: "databricks",
      PUBLIC_URL: "https://fd.example.com",
      ALLOWED_HOSTS: "fd.example.com",
    };
    secure = await startStack({}, { workspace: stack.workspace, settings, gatewaySettings: appSettings });
  });
  afterAll(() => secure.close());

  it.each([
    ["https://fd.example.com", 204],
    // Anybody on the way can send such a page.
    ["http://fd.example.com", 403],
  ])("a page of %s that changes something gets %i", async (origin, status) => {
    const cookie = `__Host-front-door-session=fds_${"x".repeat(43)}`;
    const headers = { host: "fd.example.com", cookie, origin };
    expect((await secure.call("POST", "/auth/logout", { headers })).status).toBe(status);
  });
});

describe("in any other mode", () => {
  let none: Stack;
  beforeAll(async () => {
    none = await startStack({}, { workspace: stack.workspace });
  });
  afterAll(() => none.close());

  it("nobody signs in with Databricks, and a cookie means nothing", async () => {
    const headers = { cookie: `front-door-session=fds_${"x".repeat(43)}`, origin: none.url };
    expect((await none.call("GET", "/auth/session", { headers })).json).toEqual({
      signed_in: false,
      api_auth: "none",
    });
    expect((await none.call("GET", "/auth/login", { headers })).status).toBe(404);
    expect((await none.call("GET", "/auth/callback?state=x", { headers })).status).toBe(404);
    expect((await none.call("POST", "/auth/logout", { headers })).status).toBe(204);
  });
});
