import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { OwnIdentity } from "../config/own-identity.ts";
import { type Credential, isCredentialRefused } from "../databricks/credential.ts";
import type { Transport } from "../databricks/transport.ts";
import { LoginService } from "./login-service.ts";
import { TokenSource } from "./token-source.ts";

const proofMs = 5_000;
/** With these the login service refuses the identity, or what it asks for: changed settings may help. */
const refusals = new Set(["UNAUTHENTICATED", "WORKSPACE_SIGN_IN_FAILED"]);
/** Every token may call this. */
const mePath = "/api/2.0/preview/scim/v2/Me";

/**
 * The credential of the gateway's own identity. When the settings change, running operations use it until Databricks
 * refuses it, and its successor from then on.
 */
export class OwnCredential implements Credential {
  readonly #identity: OwnIdentity;
  readonly #transport: Transport;
  readonly #source: TokenSource | undefined;
  readonly #rereadSettings: () => Promise<OperationError | undefined>;
  #successor: OwnCredential | undefined;
  #isRefused = false;

  constructor(
    identity: OwnIdentity,
    transport: Transport,
    redact: Redactor,
    rereadSettings: () => Promise<OperationError | undefined>,
  ) {
    const { credentials } = identity;
    this.#identity = identity;
    this.#transport = transport;
    if (!("token" in credentials)) {
      const name = "tenantId" in credentials ? "Microsoft Entra ID" : undefined;
      this.#source = new TokenSource(new LoginService(transport, redact, name), credentials);
    }
    this.#rereadSettings = rereadSettings;
  }

  authorization(): string | Promise<string> {
    if (this.#isRefused && this.#successor !== undefined) return this.#successor.authorization();
    const { credentials } = this.#identity;
    if ("token" in credentials) return `Bearer ${credentials.token}`;
    const token = this.#source?.token() ?? "";
    return typeof token === "string" ? `Bearer ${token}` : this.#awaited(token);
  }

  /**
   * The token that is being fetched, or the successor's if the login service refuses this identity. Throws
   * SIGN_IN_UNAVAILABLE while that one cannot be tried.
   */
  async #awaited(token: Promise<string>): Promise<string> {
    try {
      return `Bearer ${await token}`;
    } catch (error) {
      if (!(error instanceof OperationError && refusals.has(error.code))) throw error;
      const untried = await this.#rereadSettings();
      if (this.#successor === undefined) throw untried ?? error;
      this.#isRefused = true;
      return this.#successor.authorization();
    }
  }

  async renew(refused: string): Promise<boolean> {
    if (this.#isRefused && this.#successor !== undefined) return this.#successor.renew(refused);
    const { credentials } = this.#identity;
    // Another call has replaced it already.
    if ("token" in credentials && refused !== `Bearer ${credentials.token}`) return true;
    const discarded = this.#source?.discard(refused.replace(/^Bearer /, "")) ?? false;
    const untried = await this.#rereadSettings();
    if (this.#successor === undefined) {
      if (untried !== undefined && !discarded) throw untried;
      return discarded;
    }
    this.#isRefused = true;
    return true;
  }

  async reread(): Promise<void> {
    await this.#rereadSettings();
    // The next call has no tie to the old identity.
    if (this.#successor !== undefined) this.#isRefused = true;
  }

  /** Takes a new token of the workload's platform, if there is one. */
  rereadToken(): void {
    this.#source?.reread();
  }

  /** Shows the credential to Databricks. Throws UNAUTHENTICATED if Databricks refuses it. */
  async prove(): Promise<void> {
    if (this.#source !== undefined) {
      await this.#source.token();
      return;
    }
    const signal = AbortSignal.timeout(proofMs);
    const headers = { accept: "application/json", authorization: await this.authorization() };
    const request = { method: "GET", path: mePath, headers, signal, bytesMax: () => 0 } as const;
    const reply = await this.#transport.exchange(request);
    if (isCredentialRefused(reply.status, reply.headers["x-databricks-reason-phrase"])) {
      throw new OperationError("UNAUTHENTICATED", "Databricks did not accept the gateway's token.");
    }
  }

  replaceBy(successor: OwnCredential): void {
    this.#successor = successor;
  }
}
