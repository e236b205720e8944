import { OperationError } from "@front-door/operations";
import * as z from "zod";
import type { FederationConfig } from "../../config/federation-settings.ts";
import { jwtClaims } from "../jwt-claims.ts";

/** A caller's JWT that is exchanged for a Databricks token. */
export interface SubjectToken {
  readonly jwt: string;
  /** Milliseconds, like `Date.now()`. */
  readonly expiresAt: number;
  /** What a federation policy has to match. */
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string | undefined;
  /** The service principal to run as. Undefined: the user whom the account's policy finds. */
  readonly clientId: string | undefined;
}

const claimsOfCaller = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  sub: z.string().optional().catch(undefined),
});

/**
 * The caller's JWT, if it is of the configured issuer and audience and has not expired. The front door has checked its
 * signature, and Databricks checks it again before it issues a token. Throws UNAUTHENTICATED: it must not be sent anywhere.
 */
export function subjectToken(jwt: string, { issuer, audience }: FederationConfig): SubjectToken {
  const claims = claimsOfCaller.safeParse(jwtClaims(jwt)).data;
  if (claims === undefined) throw refusal("is not a JWT with an issuer, an audience and an expiry");
  if (claims.iss !== issuer) throw refusal("is not of the issuer in the gateway's OIDC_ISSUER");
  if (![claims.aud].flat().includes(audience)) {
    throw refusal("is not for the audience in the gateway's OIDC_AUDIENCE");
  }
  const expiresAt = claims.exp * 1000;
  if (expiresAt <= Date.now()) throw refusal("has expired");
  return { jwt, expiresAt, issuer, audience, subject: claims.sub, clientId: undefined };
}

function refusal(what: string): OperationError {
  return new OperationError("UNAUTHENTICATED", `auth.subject_token: the token ${what}`, {
    surelyNotRun: true,
  });
}
