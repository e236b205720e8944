import type { Workspace } from "../workspace.ts";
import { apiScope } from "./api-scope.ts";
import type { TokenRequest, TokenResponse } from "./grant.ts";
import { accessTokenSeconds } from "./oauth-settings.ts";

/** A token of a service principal, for its secret. */
export async function clientCredentialsGrant(
  { oauth, seed, tokens }: Workspace,
  { authorization, form }: TokenRequest,
): Promise<TokenResponse> {
  const principal = oauth.clients.authenticatePrincipal(authorization, form);
  const scope = apiScope(form);
  const seconds = accessTokenSeconds(oauth.settings, seed);
  const accessToken = tokens.issued.add({
    kind: "access",
    principal,
    expiresAt: Date.now() + seconds * 1000,
    scope,
  });
  await tokens.issued.keep();
  return { access_token: accessToken, token_type: "Bearer", expires_in: seconds, scope };
}
