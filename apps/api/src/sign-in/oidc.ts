import { createHash } from "node:crypto";
import { type OidcRunAs, OperationError } from "@front-door/operations";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { operationsOf, type SettingsEditors } from "./allowed-operations.ts";
import type { WayIn } from "./caller.ts";
import { isCallerName } from "./caller-name.ts";
import { bearerToken, credentialHeader, unauthenticated } from "./credential-header.ts";

export interface OidcConfig {
  /** Exactly as in the provider's tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Undefined: the e-mail address if the provider says that it is verified, otherwise the subject. */
  readonly nameClaim: string | undefined;
  /** Has the caller's groups: a text, or a list of texts. */
  readonly groupsClaim: string;
  /** Asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly settingsEditors: SettingsEditors;
  /** As whom operations run. All but `gateway` takes the JWT on to the gateway, which exchanges it. */
  readonly runAs: OidcRunAs;
}

const clockToleranceSeconds = 30;
/** A key that the provider withdraws is good for as long. */
const rememberedMs = 60_000;
const rememberedMax = 1_000;

/** What a JWT says about its caller. */
interface Verified {
  readonly name: string;
  /** Undefined: the JWT does not say. */
  readonly groups: readonly string[] | undefined;
}

/**
 * `API_AUTH=oidc`: a JWT of the provider in `Authorization`. Operations run as whom the gateway exchanges it for. With
 * `runAs: "gateway"` it is not passed on: they run as the gateway, or as the user whose Databricks token a trusted proxy sends.
 */
export function oidc(
  { issuer, audience, nameClaim, groupsClaim, algorithms, settingsEditors, runAs }: OidcConfig,
  findKey: JWTVerifyGetKey,
): Pick<WayIn, "signIn"> {
  /**
   * The callers of tokens that were accepted a moment ago, by digest: a caller in good standing does not wait for the
   * verification of others' bad tokens. How many of those run at once is bounded by Node's four threads.
   */
  const remembered = new LRUCache<string, Verified & { readonly endsAt: number }>({
    max: rememberedMax,
    ttl: rememberedMs,
  });

  async function verified(token: string): Promise<Verified> {
    const digest = createHash("sha256").update(token).digest("base64");
    const known = remembered.get(digest);
    if (known !== undefined && Date.now() < known.endsAt) return known;
    const { payload, protectedHeader } = await jwtVerify(token, findKey, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp"],
    }).catch((error: unknown) => {
      throw refusal(error);
    });
    if (!isAccessToken(protectedHeader.typ, payload)) {
      throw unauthenticated("The JWT is not an access token.");
    }
    const person = { name: nameOf(payload, nameClaim), groups: groupsIn(payload, groupsClaim) };
    remembered.set(digest, { ...person, endsAt: (Number(payload.exp) + clockToleranceSeconds) * 1000 });
    return person;
  }

  return {
    async signIn(req, proxy) {
      const header = credentialHeader(req, "authorization");
      if (header === undefined) throw unauthenticated("The Authorization header with a JWT is missing.");
      const token = bearerToken(header);
      if (token === undefined) throw unauthenticated('The Authorization header must be "Bearer <JWT>".');
      if (runAs !== "gateway" && proxy.accessToken !== undefined) {
        throw unauthenticated(
          "X-Forwarded-Access-Token and a JWT are two identities to run as: send one of them.",
        );
      }
      const { name, groups } = await verified(token);
      return {
        name,
        mode: "oidc",
        groups,
        signedIn: true,
        ...(runAs === "gateway" ? { databricksToken: proxy.accessToken } : { subjectToken: token }),
        allowedOperations: operationsOf(name, settingsEditors),
      };
    },
  };
}

/** Of the types that are registered, those of access tokens (RFC 7519, RFC 9068). Many providers leave the type out. */
const accessTokenTypes = new Set(["jwt", "at+jwt"]);

/**
 * Whether the token is for calling us. The same key signs logout tokens and other messages of the provider, and anyone whose
 * log has one could use it. `events` marks those (RFC 8417, 2.2) that have no type of their own.
 */
function isAccessToken(type: unknown, { events }: JWTPayload): boolean {
  if (events !== undefined) return false;
  if (type === undefined) return true;
  return typeof type === "string" && accessTokenTypes.has(type.toLowerCase().replace(/^application\//, ""));
}

/** Details would help someone who forges a token; the log has them. */
function refusal(error: unknown): unknown {
  if (error instanceof OperationError) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated("The JWT has expired.", error);
  if (error instanceof errors.JOSEError) return unauthenticated("The JWT is not accepted here.", error);
  return error;
}

function nameOf(payload: JWTPayload, nameClaim: string | undefined): string {
  const names = nameClaim === undefined ? ["email", "sub"] : [nameClaim];
  const name = names
    .map((claim) => (claim === "email" && !hasVerifiedEmail(payload) ? undefined : payload[claim]))
    .find(isCallerName);
  if (name !== undefined) return name;
  throw unauthenticated(
    `The JWT does not name the caller in ${names.join(" or ")}: 1 to 256 visible characters, and not \`anonymous\` or \`internal\`. An e-mail address counts only with email_verified: true.`,
  );
}

/**
 * Undefined if the JWT only says where the claim can be fetched (OpenID Connect Core, 5.6.2), as Entra ID does for people in
 * more than 200 groups.
 */
function groupsIn(payload: JWTPayload, groupsClaim: string): string[] | undefined {
  const { [groupsClaim]: claim, _claim_names: elsewhere } = payload;
  if (typeof elsewhere === "object" && elsewhere !== null && groupsClaim in elsewhere) return undefined;
  const groups: unknown[] = Array.isArray(claim) ? claim : [claim];
  return groups.filter((group): group is string => typeof group === "string" && group !== "");
}

/** Anybody can claim an address that the provider has not verified. */
function hasVerifiedEmail({ email_verified }: JWTPayload): boolean {
  // Some providers, Amazon Cognito and Apple among them, write the flag as a string.
  return email_verified === true || email_verified === "true";
}
