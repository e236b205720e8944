import { LRUCache } from "lru-cache";
import * as z from "zod";
import { type Identity, identityKey } from "./identity.ts";
import { jwtClaims } from "./jwt-claims.ts";

const principalsMax = 2_000;
const fingerprintLength = 12;
const principalName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}+$/u);

/**
 * The names of identities, as far as they are known without an extra call: a service principal's client id, who signed in, the
 * subject of a JWT that Databricks has accepted, or the name from a reply of `me`. Keeps the 2,000 most recently used.
 */
export class Principals {
  readonly #names = new LRUCache<string, string>({ max: principalsMax });

  /** Takes the name from this identity's `me`. */
  learn(identity: Identity, userName: unknown): void {
    const name = principalName.safeParse(userName);
    if (name.success) this.#names.set(identityKey(identity), name.data);
  }

  /** Takes the subject of a token that Databricks has accepted, which makes its claims true. */
  accepted(identity: Identity): void {
    if (identity.kind !== "user" || this.#names.has(identityKey(identity))) return;
    const subject = subjectOf(identity.credentials.token);
    if (subject !== undefined) this.#names.set(identityKey(identity), subject);
  }

  /** Undefined if the name is not known. */
  nameOf(identity: Identity): string | undefined {
    if (identity.kind === "session") return identity.userName;
    const { credentials } = identity;
    if ("clientId" in credentials && credentials.clientId !== undefined) return credentials.clientId;
    return this.#names.get(identityKey(identity));
  }

  /** The name, or a fingerprint that is unique to the identity and reveals nothing of its secret. */
  describe(identity: Identity): string {
    return this.nameOf(identity) ?? identityKey(identity).slice(0, fingerprintLength);
  }
}

function subjectOf(token: string): string | undefined {
  return principalName.safeParse(jwtClaims(token)?.["sub"]).data;
}
