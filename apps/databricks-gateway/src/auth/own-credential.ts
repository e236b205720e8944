import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/redaction";
import type { Credential } from "../databricks/credential.ts";
import type { Transport } from "../databricks/transport.ts";
import type { OwnIdentity } from "./identity.ts";
import { TokenSource } from "./token-source.ts";

/**
 * The credential of the gateway's own identity. When the settings name another one, running operations go on with this
 * one for as long as Databricks takes it, and with its successor from then on.
 */
export class OwnCredential implements Credential {
  readonly #identity: OwnIdentity;
  readonly #source: TokenSource | undefined;
  readonly #rereadSettings: () => Promise<void>;
  #successor: OwnCredential | undefined;
  #isRefused = false;

  constructor(
    identity: OwnIdentity,
    transport: Transport,
    redact: Redactor,
    rereadSettings: () => Promise<void>,
  ) {
    const { credentials } = identity;
    this.#identity = identity;
    this.#source = "token" in credentials ? undefined : new TokenSource(transport, credentials, redact);
    this.#rereadSettings = rereadSettings;
  }

  async authorization(): Promise<string> {
    if (this.#isRefused && this.#successor !== undefined) return this.#successor.authorization();
    const { credentials } = this.#identity;
    if ("token" in credentials) return `Bearer ${credentials.token}`;
    try {
      return await this.#bearer();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#rereadSettings();
      if (this.#successor === undefined) throw error;
      this.#isRefused = true;
      return this.#successor.authorization();
    }
  }

  async renew(refused: string): Promise<boolean> {
    if (this.#isRefused && this.#successor !== undefined) return this.#successor.renew(refused);
    const { credentials } = this.#identity;
    // Another call had it replaced already.
    if ("token" in credentials && refused !== `Bearer ${credentials.token}`) return true;
    const discarded = this.#source?.discard(refused.replace(/^Bearer /, "")) ?? false;
    await this.#rereadSettings();
    if (this.#successor === undefined) return discarded;
    this.#isRefused = true;
    return true;
  }

  async refresh(): Promise<void> {
    await this.#rereadSettings();
    // A single call, which nothing before it ties to the old identity.
    if (this.#successor !== undefined) this.#isRefused = true;
  }

  /** Fetches a token for the client id and secret. Throws UNAUTHENTICATED when they are not accepted. */
  async prove(): Promise<void> {
    if (this.#source !== undefined) await this.#bearer();
  }

  replaceBy(successor: OwnCredential): void {
    this.#successor = successor;
  }

  async #bearer(): Promise<string> {
    return `Bearer ${await this.#source?.token()}`;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof OperationError && error.code === "UNAUTHENTICATED";
}
