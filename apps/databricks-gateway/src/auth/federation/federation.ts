import { OperationError } from "@front-door/operations";
import type { Logger } from "pino";
import * as z from "zod";
import type { FederationConfig } from "../../config/federation-settings.ts";
import { type PrincipalsMap, watchPrincipals } from "../../config/principals-file.ts";
import { jwtClaims } from "../jwt-claims.ts";
import type { SubjectToken } from "./subject-token.ts";

const claimsOfCaller = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  sub: z.string().optional().catch(undefined),
});

/** Decides which callers' JWTs are exchanged, and for whose tokens. */
export class Federation {
  readonly #config: FederationConfig;
  readonly #principals: PrincipalsMap | undefined;

  /** Throws if the file of service principals cannot be read. */
  constructor(config: FederationConfig, logger: Logger) {
    const { principalsFile: file } = config;
    this.#config = config;
    this.#principals = file === undefined ? undefined : watchPrincipals(file, logger);
  }

  /**
   * The caller's JWT, if it is of the configured issuer and audience and has not expired. The front door has checked its
   * signature, and Databricks checks it again before it issues a token. Throws UNAUTHENTICATED, or IDENTITY_NOT_ALLOWED if no
   * service principal is for it: then it must not be sent anywhere.
   */
  accept(jwt: string): SubjectToken {
    const { issuer, audience } = this.#config;
    const claims = claimsOfCaller.safeParse(jwtClaims(jwt)).data;
    if (claims === undefined) throw refused("is not a JWT with an issuer, an audience and an expiry");
    if (claims.iss !== issuer) throw refused("was not issued by the gateway's OIDC_ISSUER");
    if (![claims.aud].flat().includes(audience)) {
      throw refused("is not for the gateway's OIDC_AUDIENCE");
    }
    const expiresAt = claims.exp * 1000;
    if (expiresAt <= Date.now()) throw refused("has expired");
    const clientId = this.#principals?.principalOf(claims);
    if (this.#principals !== undefined && clientId === undefined) throw withoutPrincipal();
    return { jwt, expiresAt, issuer, audience, subject: claims.sub, clientId };
  }

  close(): void {
    this.#principals?.close();
  }
}

function refused(what: string): OperationError {
  const message = `auth.subject_token: the token ${what}`;
  return new OperationError("UNAUTHENTICATED", message, { surelyNotRun: true });
}

function withoutPrincipal(): OperationError {
  return new OperationError(
    "IDENTITY_NOT_ALLOWED",
    "There is no service principal for the caller: no line of the gateway's OIDC_PRINCIPALS_FILE matches the JWT.",
    { surelyNotRun: true },
  );
}
