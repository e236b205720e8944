import { createHash } from "node:crypto";

/** How an identity proves itself to Databricks. */
export type Credentials =
  | { readonly token: string }
  | { readonly clientId: string; readonly clientSecret: string };

/** The identity that the gateway's own settings name. */
export interface OwnIdentity {
  readonly kind: "oauth-m2m" | "pat" | "profile";
  readonly credentials: Credentials;
}

/** The identity whose token came with the request. */
export interface UserIdentity {
  readonly kind: "user";
  readonly credentials: { readonly token: string };
}

/** Whose identity an operation runs as. */
export type Identity = OwnIdentity | UserIdentity;

/** A key under which clients and caches of one identity are kept: no other identity has it, and it is no secret. */
export function identityKey({ credentials }: Identity): string {
  const secret =
    "token" in credentials
      ? ["token", credentials.token]
      : ["client", credentials.clientId, credentials.clientSecret];
  return createHash("sha256").update(JSON.stringify(secret)).digest("base64url");
}
