import { createHash } from "node:crypto";
import type { OAuthApp } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import type { TokenRequest, TokenResponse } from "./grant.ts";
import { idToken } from "./id-token.ts";
import type { AuthorizationCode, RefreshToken } from "./issued-tokens.ts";
import { OAuthError } from "./oauth-error.ts";
import { type OAuthParameters, required } from "./oauth-parameters.ts";
import { accessTokenSeconds } from "./oauth-settings.ts";

/** Exchanges a code for tokens. It works once: a second attempt ends the sign-in that the first one began. */
export async function authorizationCodeGrant(
  workspace: Workspace,
  { authorization, form, issuer }: TokenRequest,
): Promise<TokenResponse> {
  const app = workspace.oauth.clients.authenticateApp(authorization, form);
  const code = workspace.tokens.issued.find("code", required(form, "code"));
  if (code === undefined) throw new OAuthError("invalid_grant", "The authorization code is invalid");
  await spend(workspace, code, "The authorization code was used before");
  const problem = codeProblem(code, app, form);
  if (problem !== undefined) {
    await workspace.tokens.issued.keep();
    throw new OAuthError("invalid_grant", problem);
  }
  return issue(workspace, { app, from: code, scope: code.scope, issuer });
}

function codeProblem(code: AuthorizationCode, app: OAuthApp, form: OAuthParameters): string | undefined {
  if (code.expiresAt <= Date.now()) return "The authorization code has expired";
  if (code.clientId !== app.clientId) return "The authorization code belongs to another client";
  if (code.redirectUri !== form.get("redirect_uri")) return "redirect_uri is not that of the authorization";
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  return challenge === code.codeChallenge ? undefined : "code_verifier does not match code_challenge";
}

/** A refresh token that is dead is answered in one of the two ways that Databricks has: docs/databricks.md, "Identity". */
export async function refreshTokenGrant(
  workspace: Workspace,
  { authorization, form, issuer }: TokenRequest,
): Promise<TokenResponse> {
  const app = workspace.oauth.clients.authenticateApp(authorization, form);
  const presented = required(form, "refresh_token");
  const token = workspace.tokens.issued.find("refresh", presented);
  if (token === undefined || token.clientId !== app.clientId) throw deadRefreshToken();
  const scope = form.get("scope") ?? token.scope;
  if (scope.split(" ").some((one) => !token.scope.split(" ").includes(one))) {
    throw new OAuthError("invalid_scope", "A refresh cannot ask for more scopes than the sign-in had");
  }
  if (app.singleUseRefreshTokens) await spend(workspace, token, "The refresh token was used before");
  if (token.expiresAt <= Date.now()) throw deadRefreshToken();
  const goOn = app.singleUseRefreshTokens ? {} : { refreshToken: presented };
  return issue(workspace, { app, from: token, scope, issuer, ...goOn });
}

function deadRefreshToken(): OAuthError {
  return new OAuthError("invalid_request", "Refresh token is invalid");
}

/** Throws OAuthError if it was spent before, after it has revoked everything that came from the same sign-in. */
async function spend(
  { tokens }: Workspace,
  token: AuthorizationCode | RefreshToken,
  refusal: string,
): Promise<void> {
  if (tokens.issued.spend(token)) return;
  tokens.issued.revokeAll(({ signInId }) => signInId === token.signInId);
  await tokens.issued.keep();
  throw new OAuthError("invalid_grant", refusal);
}

interface Issue {
  app: OAuthApp;
  from: AuthorizationCode | RefreshToken;
  scope: string;
  issuer: string;
  /** The one to go on with, where refresh tokens can be used again. */
  refreshToken?: string;
}

async function issue(workspace: Workspace, issued: Issue): Promise<TokenResponse> {
  const { oauth, seed, tokens } = workspace;
  const { app, from, scope } = issued;
  const principal = tokens.principalNamed(from.principal);
  if (principal === undefined) throw new OAuthError("invalid_grant", "The user does not exist any more");
  const { signInId, clientId } = from;
  const scopes = scope.split(" ");
  const seconds = accessTokenSeconds(oauth.settings, seed, app);
  const refreshSeconds = oauth.settings.refreshTokenSeconds ?? app.refreshTokenSeconds;
  const expiresAt = Date.now() + seconds * 1000;
  const newRefreshToken = () =>
    tokens.issued.add({
      kind: "refresh",
      principal: principal.name,
      expiresAt: Date.now() + refreshSeconds * 1000,
      signInId,
      clientId,
      scope: from.scope,
      spent: false,
    });
  const response: TokenResponse = {
    access_token: tokens.issued.add({
      kind: "access",
      principal: principal.name,
      expiresAt,
      signInId,
      scope,
    }),
    token_type: "Bearer",
    expires_in: seconds,
    scope,
  };
  // A refresh that asks for less still goes on with a refresh token.
  if (from.scope.split(" ").includes("offline_access")) {
    response.refresh_token = issued.refreshToken ?? newRefreshToken();
  }
  if (scopes.includes("openid")) {
    const nonce = from.kind === "code" ? from.nonce : undefined;
    response.id_token = await idToken(await oauth.signingKey(), {
      issuer: issued.issuer,
      audience: clientId,
      principal,
      scopes,
      seconds,
      nonce,
    });
  }
  await tokens.issued.keep();
  return response;
}
