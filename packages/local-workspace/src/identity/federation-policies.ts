import type { JWTPayload } from "jose";
import type { FederationPolicy, Seed } from "../state/seed.ts";

/** A policy with the claim that names whom a JWT is of. */
export interface PolicyMatch {
  policy: FederationPolicy;
  /** The value of the policy's subject claim. */
  subject: string;
}

/** The policies under which a JWT of another issuer is exchanged for a token. */
export class FederationPolicies {
  #policies: FederationPolicy[];

  constructor(seed: Seed) {
    this.#policies = seed.federationPolicies;
  }

  /** Replaces a policy of the same name. */
  add(policy: FederationPolicy): void {
    this.#policies = [...this.#policies.filter(({ name }) => name !== policy.name), policy];
  }

  /**
   * The first policy that a JWT matches, of a service principal's policies if a client id is given and otherwise of the
   * account's. If there is none, the reasons: one for each policy that was looked at.
   */
  match(claims: JWTPayload, clientId: string | undefined): PolicyMatch | { reasons: string[] } {
    const reasons: string[] = [];
    for (const policy of this.#policies.filter(({ servicePrincipal }) => servicePrincipal === clientId)) {
      const result = matched(policy, claims);
      if (typeof result !== "string") return result;
      reasons.push(`policy ${policy.name}: ${result}`);
    }
    return { reasons };
  }
}

/** A text says what does not match. */
function matched(policy: FederationPolicy, claims: JWTPayload): PolicyMatch | string {
  if (claims.iss !== policy.issuer) return `the issuer must be ${policy.issuer} (got ${claims.iss})`;
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.some((audience) => policy.audiences.includes(audience))) {
    return `the audience must be one of ${policy.audiences.join(", ")} (got ${audiences.join(", ") || "none"})`;
  }
  const subject = claims[policy.subjectClaim];
  if (typeof subject !== "string" || subject === "") return `the claim ${policy.subjectClaim} is missing`;
  if (policy.subject !== undefined && policy.subject !== subject) {
    return `the claim ${policy.subjectClaim} must be ${policy.subject} (got ${subject})`;
  }
  return { policy, subject };
}
