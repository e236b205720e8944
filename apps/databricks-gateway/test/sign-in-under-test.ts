import type { LocalWorkspace } from "@front-door/local-workspace";
import { type SessionResult } from "@front-door/operations";
import { request } from "undici";
import type { Answer, GatewayUnderTest } from "./gateway-under-test.ts";

export const redirectUri = "https://front-door.example/auth/callback";
export const app = {
  clientId: "the-front-door",
  name: "Front door under test",
  clientSecret: "the-secret-of-the-front-door",
  redirectUrls: [redirectUri],
  singleUseRefreshTokens: true,
};
/** The gateway's settings for this app. */
export const appSettings = {
  DATABRICKS_OAUTH_CLIENT_ID: app.clientId,
  DATABRICKS_OAUTH_CLIENT_SECRET: app.clientSecret,
};

export async function allowSignIn(workspace: LocalWorkspace): Promise<void> {
  await workspace.changeCredentials({ addOAuthApp: app, signInByHint: true });
}

/** What Databricks' page sends the browser back with once `user` has signed in there. */
export async function answerOf(authorizationUrl: string, user: string): Promise<Record<string, string>> {
  const page = `${authorizationUrl}&login_hint=${user}@example.com`;
  const { headers, body } = await request(page);
  await body.dump();
  return Object.fromEntries(new URL(String(headers["location"])).searchParams);
}

/** Begins a sign-in and returns what the browser brings to its end. */
export async function beginSignIn(gateway: GatewayUnderTest, user: string) {
  const params = { redirect_uri: redirectUri, return_to: "/" };
  const { body } = await gateway.run("begin_sign_in", params);
  const { authorization_url, browser_secret } = body as SessionResult<"begin_sign_in">;
  const { code, state, iss } = await answerOf(authorization_url, user);
  return { authorizationUrl: authorization_url, params: { code, state, iss, browser_secret } };
}

export function complete(gateway: GatewayUnderTest, params: object, session?: string): Promise<Answer> {
  return gateway.run("complete_sign_in", params, session === undefined ? {} : { session });
}

/** The id of a new session of this user. */
export async function signIn(gateway: GatewayUnderTest, user: string): Promise<string> {
  const { params } = await beginSignIn(gateway, user);
  const { body } = await complete(gateway, params);
  return (body as SessionResult<"complete_sign_in">).session;
}
