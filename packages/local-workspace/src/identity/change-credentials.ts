import { type CredentialChange, credentialChangeSchema } from "../control/credential-change.ts";
import type { Workspace } from "../workspace.ts";

/** Throws RangeError if the principal does not exist. */
export async function changeCredentials(
  { oauth, tokens }: Pick<Workspace, "oauth" | "tokens">,
  change: CredentialChange,
): Promise<void> {
  const {
    addToken,
    revokeToken,
    setClientSecret,
    revokeIssuedTokens,
    revokeIssuedTokensOf,
    oauthTokenSeconds,
    addOAuthApp,
    addFederationPolicy,
    ...settings
  } = credentialChangeSchema.parse(change);
  if (addToken !== undefined) tokens.addPersonal(addToken.principal, addToken.token);
  if (setClientSecret !== undefined) {
    oauth.clients.setPrincipalSecret(setClientSecret.applicationId, setClientSecret.clientSecret);
  }
  if (addOAuthApp !== undefined) oauth.clients.addApp(addOAuthApp);
  if (addFederationPolicy !== undefined) oauth.policies.add(addFederationPolicy);
  if (revokeToken !== undefined) tokens.revoke(revokeToken);
  if (revokeIssuedTokens) tokens.issued.revokeAll(() => true);
  if (revokeIssuedTokensOf !== undefined) {
    const { principal, kind } = revokeIssuedTokensOf;
    if (tokens.principalNamed(principal) === undefined) {
      throw new RangeError(`The principal ${principal} does not exist.`);
    }
    tokens.issued.revokeAll(
      (one) => one.principal === principal && (kind === undefined || one.kind === kind),
    );
  }
  Object.assign(oauth.settings, settings);
  if (oauthTokenSeconds !== undefined) oauth.settings.accessTokenSeconds = oauthTokenSeconds;
  await tokens.issued.keep();
}
