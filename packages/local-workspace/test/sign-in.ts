import { createHash, randomBytes } from "node:crypto";
import { defaultSeed, type SeedInput } from "../src/index.ts";
import type { Answer, UnderTest } from "./under-test.ts";

export const AUTHORIZE = "/oidc/v1/authorize";
export const TOKEN = "/oidc/v1/token";

/** A lifetime that is over at once, on a machine of any speed: an epoch in milliseconds is too large to grow by it. */
export const EXPIRED_SECONDS = 1e-9;

type App = NonNullable<SeedInput["oauthApps"]>[number];

/** Confidential, with single-use refresh tokens. */
export const confidentialApp: App = defaultSeed.oauthApps.find(({ clientId }) => clientId === "front-door")!;
export const publicApp: App = defaultSeed.oauthApps.find(({ clientId }) => clientId === "front-door-public")!;

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** One attempt to sign in: what an app sends to both endpoints. */
export function signInAttempt(app: App, changes: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const parameters = {
    client_id: app.clientId,
    redirect_uri: app.redirectUrls[0]!,
    response_type: "code",
    state: "the-state",
    scope: "all-apis offline_access",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  };
  const credentials = {
    client_id: app.clientId,
    ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }),
  };
  return { parameters, verifier, credentials, redirectUri: parameters.redirect_uri };
}

export function postForm(
  call: UnderTest["call"],
  path: string,
  form: Record<string, string>,
): Promise<Answer> {
  return call("POST", path, { token: null, headers: FORM, body: String(new URLSearchParams(form)) });
}

export function showPage(call: UnderTest["call"], parameters: Record<string, string>): Promise<Answer> {
  return call("GET", `${AUTHORIZE}?${String(new URLSearchParams(parameters))}`, { token: null });
}

/** Where a reply redirects to: without its query, and the query. */
export function redirectOf({ headers }: Answer): { to: string; query: Record<string, string> } {
  const location = new URL(String(headers["location"]));
  const query = Object.fromEntries(location.searchParams);
  location.search = "";
  return { to: location.href, query };
}

/** Signs in by the page's form and exchanges the code. */
export async function signIn(
  call: UnderTest["call"],
  user: string,
  app: App = confidentialApp,
  changes: Record<string, string> = {},
) {
  const attempt = signInAttempt(app, changes);
  const chosen = await postForm(call, AUTHORIZE, { ...attempt.parameters, user });
  const code = redirectOf(chosen).query["code"]!;
  const exchange = {
    grant_type: "authorization_code",
    code,
    redirect_uri: attempt.redirectUri,
    code_verifier: attempt.verifier,
    ...attempt.credentials,
  };
  const answer = await postForm(call, TOKEN, exchange);
  const refresh = (refreshToken: string, more: Record<string, string> = {}) =>
    postForm(call, TOKEN, {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      ...attempt.credentials,
      ...more,
    });
  return { ...attempt, exchange, answer, tokens: answer.json, refresh };
}
