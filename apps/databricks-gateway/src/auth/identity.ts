import { createHash } from "node:crypto";
import type { OwnIdentity } from "../config/own-identity.ts";

/** The identity whose token came with the request. */
export interface UserIdentity {
  readonly kind: "user";
  readonly credentials: { readonly token: string };
}

/** A person who signed in with Databricks. */
export interface SessionIdentity {
  readonly kind: "session";
  readonly credentials: {
    /** The digest of the session's id. */
    readonly session: string;
  };
  readonly userName: string;
  /** Their groups at Databricks, by name, when they signed in. */
  readonly groups: readonly string[];
}

/** Whom Databricks takes a caller's JWT for: a user, or the service principal of `clientId`. */
export interface FederatedIdentity {
  readonly kind: "federated";
  readonly credentials: {
    /** The digest of the JWT. */
    readonly subject: string;
    readonly clientId: string | undefined;
  };
}

/** Whose identity an operation runs as. */
export type Identity = OwnIdentity | CallersIdentity;

type CallersIdentity = UserIdentity | SessionIdentity | FederatedIdentity;

const callersKinds: readonly string[] = ["user", "session", "federated"] satisfies CallersIdentity["kind"][];

/** Whether the operation runs as its caller, and not as the gateway itself. */
export function isCallers({ kind }: Identity): boolean {
  return callersKinds.includes(kind);
}

/** Each request needs its key several times. */
const keys = new WeakMap<Identity, string>();

/**
 * The key for the clients and caches of one identity. It is unique to the identity and not secret. A caller who brings the
 * gateway's own token is a different identity: a rotation replaces the gateway's token but never a caller's.
 */
export function identityKey(identity: Identity): string {
  const known = keys.get(identity);
  if (known !== undefined) return known;
  const { kind, credentials } = identity;
  const text = JSON.stringify([isCallers(identity) ? kind : "own", credentials]);
  const key = createHash("sha256").update(text).digest("base64url");
  keys.set(identity, key);
  return key;
}
