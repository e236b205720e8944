import { CurrentUserService } from "@databricks/sdk-experimental/dist/apis/iam/index.js";
import { OperationError } from "@front-door/operations";
import { describeError, FullLimits, type Redactor } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Principals } from "../auth/principals.ts";
import type { Workspace } from "../auth/workspace.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import type { StreamMemoryLimits } from "../sql/stream-memory.ts";
import { Deadline } from "./deadline.ts";

const askMs = 10_000;
const keptMs = 5_000;
/** With less memory than a small result takes, streams wait. */
const smallResultBytes = 512 * 1024;

interface IdentityView {
  /** `none` where only requests with a token of their own are served. */
  readonly kind: string;
  readonly principal?: string;
}

interface ReadyReply {
  readonly status: "ready";
  /** The default workspace: the embedded one or a real one. */
  readonly workspace: "local" | "databricks";
  readonly identity: IdentityView;
  readonly workspaces: readonly { readonly name: string; readonly identity: IdentityView }[];
  /** Names of workspaces other than the default that failed a deep check. */
  readonly failing?: readonly string[];
}

export interface ReadinessParts {
  readonly audit: AuditLog;
  readonly workspaces: Workspaces;
  readonly principals: Principals;
  readonly logger: Logger;
  readonly redact: Redactor;
  readonly streamMemory: StreamMemoryLimits;
}

interface Failure {
  readonly workspace: Workspace;
  readonly error: unknown;
}

/** Who the gateway itself is at each workspace, and whether Databricks accepts it. */
export class Readiness {
  readonly #parts: ReadinessParts;
  readonly #full: FullLimits;
  #isStopping = false;
  #lastCheck: { readonly at: number; readonly failures: Promise<readonly Failure[]> } | undefined;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
    const { streams } = parts.streamMemory;
    this.#full = new FullLimits(() => ({
      "bytes of STREAM_BYTES_MAX": { used: streams.used, max: streams.max, least: smallResultBytes },
    }));
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** From now on the gateway is not ready. */
  stop(): void {
    this.#isStopping = true;
  }

  /**
   * The reply of `GET /ready`; `deep` asks Databricks, at most once in five seconds. Throws an OperationError of status 503
   * when the default workspace fails, when the audit log cannot be written, while there is no memory for streams, and while
   * the gateway stops.
   */
  async check(deep: boolean): Promise<ReadyReply> {
    const problem = this.#isStopping ? "The gateway is stopping." : this.#full.problem();
    if (problem !== undefined)
      throw new OperationError("TEMPORARILY_UNAVAILABLE", problem, { retryAfterSeconds: 1 });
    await this.#parts.audit.check();
    const failures = deep ? await this.#recentFailures() : [];
    const main = this.#parts.workspaces.default;
    const mainFailure = failures.find(({ workspace }) => workspace === main);
    if (mainFailure !== undefined) throw notReady(mainFailure.error);
    const failing = failures.map(({ workspace }) => workspace.config.name);
    return {
      status: "ready",
      workspace: main.config.kind,
      identity: this.#identityView(main),
      workspaces: this.identities(),
      ...(failing.length > 0 ? { failing } : {}),
    };
  }

  /** The gateway's own identity at each workspace: no secret, no host. */
  identities(): ReadyReply["workspaces"] {
    return this.#parts.workspaces.all.map((workspace) => ({
      name: workspace.config.name,
      identity: this.#identityView(workspace),
    }));
  }

  /** Asks Databricks for the names of identities that are not known yet. A failure is a warning in the log. */
  async learnPrincipals(): Promise<void> {
    const { workspaces, principals, logger, redact } = this.#parts;
    const unnamed = workspaces.all.filter(({ own }) => own && principals.nameOf(own) === undefined);
    for (const { workspace, error } of await this.#ask(unnamed)) {
      const { name } = workspace.config;
      logger.warn({ workspace: name, cause: describeError(error, redact) }, "own identity not known yet");
    }
  }

  #identityView({ own }: Workspace): IdentityView {
    if (own === undefined) return { kind: "none" };
    const principal = this.#parts.principals.nameOf(own);
    return { kind: own.kind, ...(principal === undefined ? {} : { principal }) };
  }

  #recentFailures(): Promise<readonly Failure[]> {
    const now = Date.now();
    if (this.#lastCheck === undefined || now - this.#lastCheck.at > keptMs) {
      this.#lastCheck = { at: now, failures: this.#ask(this.#parts.workspaces.all) };
    }
    return this.#lastCheck.failures;
  }

  async #ask(workspaces: readonly Workspace[]): Promise<readonly Failure[]> {
    const failures = workspaces.map(async (workspace) => {
      if (workspace.own === undefined) return [];
      const { client, who } = workspace.asOwn();
      const deadline = new Deadline(askMs, askMs);
      try {
        const me = await new CurrentUserService(client.api.until(deadline.signal)).me();
        this.#parts.principals.learn(who, me.userName);
        return [];
      } catch (error) {
        return [{ workspace, error }];
      } finally {
        deadline.stop();
      }
    });
    return (await Promise.all(failures)).flat();
  }
}

function notReady(error: unknown): unknown {
  if (!(error instanceof OperationError)) return error;
  const { code, message, cause } = error;
  return new OperationError(code, message, { status: 503, retryable: true, retryAfterSeconds: 5, cause });
}
