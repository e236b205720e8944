import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { FederationPolicy } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { apiScope } from "./api-scope.ts";
import type { PolicyMatch } from "./federation-policies.ts";
import type { TokenRequest, TokenResponse } from "./grant.ts";
import { OAuthError } from "./oauth-error.ts";
import { required } from "./oauth-parameters.ts";
import type { Principal } from "./principals.ts";

const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
const KEYS_TIMEOUT_MS = 5_000;

/**
 * Exchanges a JWT of another issuer for a token of the user or service principal that a federation policy maps it to
 * (RFC 8693). The token expires with the JWT.
 */
export async function tokenExchangeGrant(
  { oauth, tokens }: Workspace,
  { form }: TokenRequest,
): Promise<TokenResponse> {
  if (required(form, "subject_token_type") !== JWT_TYPE) {
    throw new OAuthError("invalid_request", `subject_token_type must be ${JWT_TYPE}`);
  }
  const jwt = required(form, "subject_token");
  const scope = apiScope(form);
  const clientId = form.get("client_id");
  const match = oauth.policies.match(unverifiedClaims(jwt), clientId);
  if ("reasons" in match) throw noPolicy(match.reasons, clientId);
  const { exp } = await verified(jwt, match.policy);
  const principal = namedBy(match, (name) => tokens.principalNamed(name));
  const secondsLeft = Math.floor(exp - Date.now() / 1000);
  const seconds = Math.min(secondsLeft, oauth.settings.accessTokenSeconds ?? secondsLeft);
  const accessToken = tokens.issued.add({
    kind: "access",
    principal: principal.name,
    expiresAt: Math.min(exp * 1000, Date.now() + seconds * 1000),
    scope,
  });
  await tokens.issued.keep();
  return {
    access_token: accessToken,
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: "Bearer",
    expires_in: seconds,
    scope,
  };
}

function unverifiedClaims(jwt: string): JWTPayload {
  try {
    return decodeJwt(jwt);
  } catch {
    throw new OAuthError("invalid_request", "subject_token is not a JWT");
  }
}

function noPolicy(reasons: string[], clientId: string | undefined): OAuthError {
  const kind =
    clientId === undefined
      ? "account-wide federation policy"
      : `federation policy of the service principal ${clientId}`;
  const why = reasons.length === 0 ? "there is none" : reasons.join("; ");
  return new OAuthError("invalid_grant", `The token matches no ${kind}: ${why}`);
}

/** The claims, of which the expiry is needed. Throws OAuthError unless the issuer signed the JWT and it is valid now. */
async function verified(jwt: string, policy: FederationPolicy): Promise<{ exp: number }> {
  const keys = createLocalJWKSet(await keysOf(policy));
  try {
    const { payload } = await jwtVerify(jwt, keys, {
      algorithms: ["RS256", "ES256"],
      requiredClaims: ["exp"],
    });
    return { exp: payload.exp ?? 0 };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new OAuthError("invalid_grant", `policy ${policy.name}: the token is invalid: ${error.message}`);
  }
}

/** Read for each exchange, so that a test that changes the issuer's keys need not wait. */
async function keysOf({ name, issuer, jwksUri }: FederationPolicy): Promise<JSONWebKeySet> {
  try {
    return (await readDocument(jwksUri ?? (await discoveredKeys(issuer)))) as JSONWebKeySet;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OAuthError(
      "temporarily_unavailable",
      `policy ${name}: cannot read the issuer's keys: ${why}`,
      503,
    );
  }
}

async function discoveredKeys(issuer: string): Promise<string> {
  const document = await readDocument(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri: uri } = document as { jwks_uri?: unknown };
  if (typeof uri !== "string") throw new Error("its discovery document names none");
  return uri;
}

async function readDocument(url: string): Promise<object> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(KEYS_TIMEOUT_MS) });
  const document: unknown = response.ok ? await response.json() : undefined;
  if (typeof document !== "object" || document === null)
    throw new Error(`${url} returned ${response.status}`);
  return document;
}

function namedBy(
  { policy, subject }: PolicyMatch,
  principalNamed: (name: string) => Principal | undefined,
): Principal {
  const principal = principalNamed(policy.servicePrincipal ?? subject);
  if (principal !== undefined) return principal;
  throw new OAuthError(
    "invalid_grant",
    `policy ${policy.name}: there is no user or service principal ${policy.servicePrincipal ?? subject}`,
  );
}
