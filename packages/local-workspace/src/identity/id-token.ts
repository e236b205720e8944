import { importJWK, type JWK, SignJWT } from "jose";
import type { Principal } from "./principals.ts";

interface IdTokenClaims {
  issuer: string;
  audience: string;
  principal: Principal;
  scopes: string[];
  seconds: number;
  nonce: string | undefined;
}

/** A signed id token: the user's name as `sub`, and what the scopes `email` and `profile` add. */
export async function idToken(
  key: JWK,
  { issuer, audience, principal, scopes, seconds, nonce }: IdTokenClaims,
): Promise<string> {
  const claims = {
    ...(scopes.includes("email") ? { email: principal.name } : {}),
    ...(scopes.includes("profile")
      ? { name: principal.displayName, given_name: principal.givenName, family_name: principal.familyName }
      : {}),
    ...(nonce === undefined ? {} : { nonce }),
  };
  const issuedAt = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(principal.name)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(seconds))
    .sign(await importJWK(key, "RS256"));
}
