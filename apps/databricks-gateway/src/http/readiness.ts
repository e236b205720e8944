import { OperationError } from "@front-door/operations";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Principals } from "../auth/principals.ts";
import type { Workspace } from "../auth/workspace.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import { me } from "../operations/identity/me.ts";
import type { Policy } from "../policy/policy.ts";

const deepCheckMs = 10_000;
const keptMs = 5_000;

interface IdentityView {
  /** `none` where only requests with a token of their own are served. */
  readonly kind: string;
  readonly principal?: string;
}

export interface ReadyReply {
  readonly status: "ready";
  /** Of the default one: the embedded workspace or a real one. */
  readonly workspace: "local" | "databricks";
  readonly identity: IdentityView;
  readonly workspaces: readonly { readonly name: string; readonly identity: IdentityView }[];
  /** Names of workspaces beside the default one that did not answer; only when they were asked. */
  readonly failing?: readonly string[];
}

export interface ReadinessParts {
  readonly workspaces: Workspaces;
  readonly principals: Principals;
  readonly policy: Policy;
}

/** Whether operations can run as the gateway's own identity; `deep` asks Databricks, at most once in five seconds. */
export class Readiness {
  readonly #parts: ReadinessParts;
  #lastCheck: { readonly at: number; readonly outcome: Promise<readonly string[]> } | undefined;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
  }

  /** Throws an OperationError of status 503 that says why not. */
  async check(deep: boolean): Promise<ReadyReply> {
    try {
      const failing = deep ? await this.#checkDeeply() : [];
      return { ...this.#view(), ...(failing.length > 0 ? { failing } : {}) };
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      const { code, message, cause } = error;
      throw new OperationError(code, message, { status: 503, retryable: true, retryAfterSeconds: 5, cause });
    }
  }

  /** Asks every workspace who the gateway is there, and keeps the answers as names of its identities. Never throws. */
  async learnPrincipals(): Promise<readonly { readonly workspace: string; readonly error: unknown }[]> {
    const unknown = this.#parts.workspaces.all.filter(
      ({ own }) => own !== undefined && this.#parts.principals.nameOf(own) === undefined,
    );
    const failures = unknown.map(async (workspace) => {
      try {
        await this.#callMe(workspace);
        return [];
      } catch (error) {
        return [{ workspace: workspace.config.name, error }];
      }
    });
    return (await Promise.all(failures)).flat();
  }

  /** Of the gateway's own identities: no secret, no host. */
  identities(): ReadyReply["workspaces"] {
    return this.#parts.workspaces.all.map((workspace) => ({
      name: workspace.config.name,
      identity: this.#identityView(workspace),
    }));
  }

  #view(): ReadyReply {
    const main = this.#parts.workspaces.default;
    return {
      status: "ready",
      workspace: main.config.kind,
      identity: this.#identityView(main),
      workspaces: this.identities(),
    };
  }

  #identityView({ own }: Workspace): IdentityView {
    if (own === undefined) return { kind: "none" };
    const principal = this.#parts.principals.nameOf(own);
    return { kind: own.kind, ...(principal === undefined ? {} : { principal }) };
  }

  /** The names of the others that fail; the default one's failure is thrown. */
  async #checkDeeply(): Promise<readonly string[]> {
    const now = Date.now();
    if (this.#lastCheck === undefined || now - this.#lastCheck.at > keptMs) {
      this.#lastCheck = { at: now, outcome: this.#callAll() };
    }
    return this.#lastCheck.outcome;
  }

  async #callAll(): Promise<readonly string[]> {
    const asked = this.#parts.workspaces.all.filter(({ own }) => own !== undefined);
    const outcomes = await Promise.allSettled(asked.map((workspace) => this.#callMe(workspace)));
    const failing = asked.filter((_workspace, index) => outcomes[index]?.status === "rejected");
    const main = outcomes[asked.indexOf(this.#parts.workspaces.default)];
    if (main?.status === "rejected") throw main.reason;
    return failing.map(({ config }) => config.name);
  }

  async #callMe(workspace: Workspace): Promise<void> {
    const { principals, policy } = this.#parts;
    const signal = AbortSignal.timeout(deepCheckMs);
    const auth = workspace.asOwn();
    try {
      const result = await withDatabricksAuth(auth, () => me({}, { signal, policy }));
      principals.learn(auth.who, (result as { readonly userName?: unknown }).userName);
    } catch (error) {
      if (signal.aborted) throw new OperationError("DEADLINE_EXCEEDED", "Databricks did not answer in time.");
      throw error;
    }
  }
}
