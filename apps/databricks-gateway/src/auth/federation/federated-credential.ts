import { createRedactor, type Redactor } from "@front-door/service-runtime";
import type { Credential } from "../../databricks/credential.ts";
import type { LoginService } from "../login-service.ts";
import { toUnavailable } from "../sign-in-error.ts";
import { TokenSource } from "../token-source.ts";
import type { SubjectToken } from "./subject-token.ts";

/**
 * The Databricks tokens that one JWT is exchanged for. Throws SIGN_IN_UNAVAILABLE while the login service is away, and
 * IDENTITY_NOT_ALLOWED if it does not accept the JWT.
 */
export class FederatedCredential implements Credential {
  readonly #jwt: string;
  readonly #source: TokenSource;

  constructor(subject: SubjectToken, service: LoginService) {
    this.#jwt = subject.jwt;
    this.#source = new TokenSource(service, subject);
  }

  authorization(): string | Promise<string> {
    const token = this.#source.token();
    return typeof token === "string" ? `Bearer ${token}` : this.#awaited(token);
  }

  async #awaited(token: Promise<string>): Promise<string> {
    try {
      return `Bearer ${await token}`;
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async renew(refused: string): Promise<boolean> {
    return this.#source.discard(refused.replace(/^Bearer /, ""));
  }

  /** The JWT is what came with the request, whatever the settings say. */
  async reread(): Promise<void> {}

  /** Knows the JWT and its present token word for word. */
  readonly redact: Redactor = (text) => {
    const { current } = this.#source;
    return createRedactor([], current === undefined ? [this.#jwt] : [this.#jwt, current])(text);
  };
}
