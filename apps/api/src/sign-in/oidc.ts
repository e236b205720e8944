import { OperationError } from "@front-door/operations";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { realm, type WayIn } from "./caller.ts";
import { bearerToken, credentialHeader, unauthenticated } from "./credential-header.ts";

export interface OidcConfig {
  /** Exactly as in the provider's tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Undefined: the e-mail address, or the subject if the provider says that the address is not verified. */
  readonly nameClaim: string | undefined;
  /** Asymmetric ones only. */
  readonly algorithms: readonly string[];
}

const clockToleranceSeconds = 30;

/**
 * `API_AUTH=oidc`: a JWT of the provider in `Authorization`. It is not passed on: operations run as the gateway, or as the
 * user whose Databricks token a trusted proxy sends.
 */
export function oidc(
  { issuer, audience, nameClaim, algorithms }: OidcConfig,
  findKey: JWTVerifyGetKey,
): WayIn {
  return {
    challenge: `Bearer ${realm}`,
    async signIn(req, proxy) {
      const header = credentialHeader(req, "authorization");
      if (header === undefined) throw unauthenticated("The Authorization header with a JWT is missing.");
      const token = bearerToken(header);
      if (token === undefined) throw unauthenticated('The Authorization header must be "Bearer <JWT>".');
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ["exp"],
      }).catch((error: unknown) => {
        throw refusal(error);
      });
      return { name: nameOf(payload, nameClaim), signedIn: true, databricksToken: proxy.accessToken };
    },
  };
}

/** Details would help someone who forges a token; the log has them. */
function refusal(error: unknown): unknown {
  if (error instanceof OperationError) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated("The JWT has expired.", error);
  if (error instanceof errors.JOSEError) return unauthenticated("The JWT is not accepted here.", error);
  return error;
}

function nameOf(payload: JWTPayload, nameClaim: string | undefined): string {
  // Some providers, Amazon Cognito and Apple among them, write the flag as a string.
  const isUnverified = String(payload["email_verified"]).toLowerCase() === "false";
  const email = isUnverified ? undefined : payload["email"];
  const candidates = nameClaim === undefined ? [email, payload.sub] : [payload[nameClaim]];
  const name = candidates.find((each) => typeof each === "string" && /^\P{Cc}{1,256}$/u.test(each));
  if (typeof name !== "string") {
    throw unauthenticated(`The JWT does not name the caller in ${nameClaim ?? "email or sub"}.`);
  }
  return name;
}
