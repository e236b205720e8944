import { OperationError } from "@front-door/operations";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { GatewayConfig } from "../config.ts";
import { me } from "../operations/identity/me.ts";

const deepCheckMs = 10_000;
const keptMs = 5_000;

export interface ReadyReply {
  readonly status: "ready";
  readonly workspace: GatewayConfig["workspace"]["kind"];
  readonly identity: { readonly kind: string };
}

/** Whether operations can run as the gateway's own identity; `deep` asks Databricks, at most once in five seconds. */
export class Readiness {
  readonly #config: GatewayConfig;
  readonly #authenticator: Authenticator;
  #lastCheck: { readonly at: number; readonly outcome: Promise<unknown> } | undefined;

  constructor(config: GatewayConfig, authenticator: Authenticator) {
    this.#config = config;
    this.#authenticator = authenticator;
  }

  /** Throws an OperationError of status 503 that says why not. */
  async check(deep: boolean): Promise<ReadyReply> {
    try {
      const { identity: kind } = this.#authenticator.own();
      if (deep) await this.#checkDeeply();
      return { status: "ready", workspace: this.#config.workspace.kind, identity: { kind } };
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      const { code, message, cause } = error;
      throw new OperationError(code, message, { status: 503, retryable: true, retryAfterSeconds: 5, cause });
    }
  }

  async #checkDeeply(): Promise<void> {
    const now = Date.now();
    if (this.#lastCheck === undefined || now - this.#lastCheck.at > keptMs) {
      this.#lastCheck = { at: now, outcome: this.#callMe() };
    }
    await this.#lastCheck.outcome;
  }

  async #callMe(): Promise<unknown> {
    const signal = AbortSignal.timeout(deepCheckMs);
    const call = withDatabricksAuth(this.#authenticator.own(), () => me({}, { signal }));
    return call.catch((error: unknown) => {
      if (signal.aborted) throw new OperationError("DEADLINE_EXCEEDED", "Databricks did not answer in time.");
      throw error;
    });
  }
}
