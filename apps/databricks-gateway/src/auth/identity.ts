import { createHash } from "node:crypto";
import type { OwnIdentity } from "../config/own-identity.ts";

/** The identity whose token came with the request. */
export interface UserIdentity {
  readonly kind: "user";
  readonly credentials: { readonly token: string };
}

/** Whose identity an operation runs as. */
export type Identity = OwnIdentity | UserIdentity;

/**
 * A key under which clients and caches of one identity are kept: no other identity has it, and it is no secret. A caller
 * who brings the gateway's own token is another identity than the gateway: the gateway's has a successor when it is
 * rotated, and a caller's token is refused when it is revoked.
 */
export function identityKey(identity: Identity): string {
  const known = keys.get(identity);
  if (known !== undefined) return known;
  const key = computeKey(identity);
  keys.set(identity, key);
  return key;
}

/** Asked for several times in each request. */
const keys = new WeakMap<Identity, string>();

function computeKey({ kind, credentials }: Identity): string {
  const whose = kind === "user" ? "user" : "own";
  const secret =
    "token" in credentials
      ? [whose, "token", credentials.token]
      : [whose, "client", credentials.clientId, credentials.clientSecret];
  return createHash("sha256").update(JSON.stringify(secret)).digest("base64url");
}
