import { createHash } from "node:crypto";

/** How an identity proves itself to Databricks. */
type Credentials = { readonly token: string } | { readonly clientId: string; readonly clientSecret: string };

/** The identity that the gateway's own settings name. */
export interface OwnIdentity {
  readonly kind: "oauth-m2m" | "pat" | "profile";
  readonly credentials: Credentials;
}

/** Whose identity an operation runs as: the gateway's own, or the one whose token came with the request. */
export type Identity =
  | OwnIdentity
  | { readonly kind: "user"; readonly credentials: { readonly token: string } };

/** A key under which clients and caches of one identity are kept: no other identity has it, and it is no secret. */
export function identityKey({ credentials }: Identity): string {
  const secret =
    "token" in credentials
      ? ["token", credentials.token]
      : ["client", credentials.clientId, credentials.clientSecret];
  return createHash("sha256").update(JSON.stringify(secret)).digest("base64url");
}
