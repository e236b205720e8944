import { startIdentityProvider } from "@front-door/local-workspace/test/identity-provider";

export const audience = "front-door";

/** An identity provider, and the gateway's settings for callers who run as themselves by its JWTs. */
export async function startFederation() {
  const provider = await startIdentityProvider();
  const key = await provider.newKey("first");
  provider.publish("first");
  const { issuer } = provider;
  return {
    provider,
    issuer,
    settings: { OIDC_RUN_AS: "user", OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience },
    /** Of the account: its users by their e-mail address. */
    policy: { name: "people", issuer, audiences: [audience], subjectClaim: "email" },
    /** A JWT of this user for five minutes. No two are alike. */
    jwtOf(user: string, more: Record<string, unknown> = {}): Promise<string> {
      const claims = { iss: issuer, aud: audience, sub: `id-of-${user}`, email: `${user}@example.com` };
      const exp = Math.floor(Date.now() / 1000) + 300;
      return provider.sign(key, { ...claims, exp, jti: crypto.randomUUID(), ...more });
    },
  };
}
