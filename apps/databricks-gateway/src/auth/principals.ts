import * as z from "zod";
import { type Identity, identityKey } from "./identity.ts";

const principalsMax = 2_000;
const fingerprintLength = 12;
const principalName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}+$/u);

/**
 * Who the identities are, as far as it is known without a call for the purpose: of a service principal its client id; of
 * others what `me` has answered them; of a JSON web token its subject, once Databricks has accepted it. The least
 * recently named go first.
 */
export class Principals {
  readonly #names = new Map<string, string>();

  /** Databricks said so: the userName in a reply of `me` to this identity. */
  learn(identity: Identity, userName: unknown): void {
    const name = principalName.safeParse(userName);
    if (name.success) this.#keep(identityKey(identity), name.data);
  }

  /** Databricks has carried out a call of this identity, so what its token says of itself is true. */
  accepted(identity: Identity): void {
    if (identity.kind !== "user" || this.#names.has(identityKey(identity))) return;
    const subject = subjectOf(identity.credentials.token);
    if (subject !== undefined) this.#keep(identityKey(identity), subject);
  }

  /** Undefined while nobody has said. */
  nameOf(identity: Identity): string | undefined {
    if ("clientId" in identity.credentials) return identity.credentials.clientId;
    return this.#names.get(identityKey(identity));
  }

  /** The name, or a fingerprint that tells two identities apart and says nothing of their secrets. */
  describe(identity: Identity): string {
    return this.nameOf(identity) ?? identityKey(identity).slice(0, fingerprintLength);
  }

  #keep(key: string, name: string): void {
    this.#names.delete(key);
    this.#names.set(key, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > principalsMax && oldest !== undefined) this.#names.delete(oldest);
  }
}

function subjectOf(token: string): string | undefined {
  const [, payload] = /^eyJ[\w-]*\.([\w-]+)\.[\w-]*$/.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return z.object({ sub: principalName }).safeParse(claims).data?.sub;
  } catch {
    return undefined;
  }
}
