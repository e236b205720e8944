import type { Credential } from "../../databricks/credential.ts";
import type { LoginService } from "../login-service.ts";
import { toUnavailable } from "../sign-in-error.ts";
import { TokenSource } from "../token-source.ts";
import type { SubjectToken } from "./subject-token.ts";

/**
 * The Databricks tokens that one JWT is exchanged for. Throws SIGN_IN_UNAVAILABLE while the login service is away, and
 * IDENTITY_NOT_ALLOWED if it does not accept the JWT.
 */
export function federatedCredential(subject: SubjectToken, service: LoginService): Credential {
  const source = new TokenSource(service, subject);
  return {
    authorization() {
      const token = source.token();
      if (typeof token === "string") return `Bearer ${token}`;
      return token.then(
        (value) => `Bearer ${value}`,
        (error: unknown) => {
          throw toUnavailable(error);
        },
      );
    },
    renew: async (refused) => source.discard(refused.replace(/^Bearer /, "")),
    reread: async () => undefined,
  };
}
