import { stat } from "node:fs/promises";
import { OperationError } from "@front-door/operations";
import { ConfigError, describeError } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { GatewayConfig } from "../config/config.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import { identityKey } from "./identity.ts";
import type { LiveRedactor } from "./live-redactor.ts";
import type { Principals } from "./principals.ts";
import { toUnavailable } from "./sign-in-error.ts";
import type { Workspaces } from "./workspaces.ts";

// Polling, because a mounted secret is replaced by swapping symbolic links.
const pollMs = 1_000;
const retryRefusedMs = 5_000;

export interface RotationParts {
  readonly config: GatewayConfig;
  /** Reads the current settings. Throws a ConfigError. */
  readonly reread: () => GatewayConfig;
  readonly workspaces: Workspaces;
  readonly principals: Principals;
  readonly redactor: LiveRedactor;
  readonly logger: Logger;
  readonly onReplaced: () => void;
}

/**
 * Replaces the gateway's own identities, without a restart, when the files of the settings change. A setting that cannot be
 * read and a credential that Databricks does not accept change nothing, and the log says what is wrong.
 */
export class Rotation {
  readonly #parts: RotationParts;
  #seen: string | undefined;
  #config: GatewayConfig;
  #running: Promise<OperationError | undefined> | undefined;
  #queued: Promise<OperationError | undefined> | undefined;
  /** Why a new credential could not be shown to Databricks yet. */
  #untried: OperationError | undefined;
  #lastProblem: string | undefined;
  #retryAt = Number.POSITIVE_INFINITY;
  #polling: NodeJS.Timeout | undefined;

  constructor(parts: RotationParts) {
    this.#parts = parts;
    this.#config = parts.config;
  }

  start(): void {
    this.#polling = setInterval(() => void this.check(), pollMs).unref();
  }

  stop(): void {
    clearInterval(this.#polling);
  }

  /**
   * Checks whether the files have changed, and resolves when their settings are in force, or to SIGN_IN_UNAVAILABLE while
   * Databricks cannot be asked whether it accepts a new credential. Concurrent callers share the check after the running
   * one, since that may have read the files before they asked.
   */
  check(force = false): Promise<OperationError | undefined> {
    if (force) this.#seen = undefined;
    if (this.#running === undefined) {
      this.#running = this.#check().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.check();
    });
    return this.#queued;
  }

  async #check(): Promise<OperationError | undefined> {
    const seen = await signatureOf(this.#config.files);
    if (seen === this.#seen && Date.now() < this.#retryAt) return this.#untried;
    this.#seen = seen;
    this.#untried = undefined;
    this.#retryAt = Number.POSITIVE_INFINITY;
    try {
      const next = this.#parts.reread();
      this.#parts.redactor.add(next);
      this.#warnOfFixed(next);
      let isInForce = true;
      for (const workspace of next.workspaces) isInForce = (await this.#replace(workspace)) && isInForce;
      this.#config = next;
      if (isInForce) this.#lastProblem = undefined;
      else this.#retryAt = Date.now() + retryRefusedMs;
    } catch (error) {
      this.#complain(error);
    }
    return this.#untried;
  }

  /** Returns whether the gateway's own identity at this workspace is now the one in the settings. */
  async #replace({ name, origin, workspaceId, identity }: WorkspaceConfig): Promise<boolean> {
    const workspace = this.#parts.workspaces.named(name);
    // A new workspace or another host takes a restart. No credential is sent there.
    const config = workspace?.config;
    if (workspace === undefined || config?.origin !== origin || config.workspaceId !== workspaceId) {
      this.#complain(
        new ConfigError(`The workspace "${name}" is new or has another address: restart the gateway`),
      );
      return true;
    }
    const old = workspace.own;
    if (identity === undefined) {
      if (old) this.#complain(new ConfigError(`The workspace "${name}" has no credential any more`));
      return true;
    }
    if (old !== undefined && identityKey(old) === identityKey(identity)) {
      workspace.rereadOwnToken();
      return true;
    }
    try {
      await workspace.replaceOwn(identity);
    } catch (error) {
      this.#complain(error, name);
      const unavailable = toUnavailable(error);
      if (unavailable instanceof OperationError && unavailable !== error) this.#untried = unavailable;
      return false;
    }
    const principal = this.#parts.principals.nameOf(identity);
    this.#parts.logger.info(
      { workspace: name, identity: { kind: identity.kind, principal } },
      "identity replaced",
    );
    this.#parts.onReplaced();
    return true;
  }

  #warnOfFixed(next: GatewayConfig): void {
    const names = Object.keys(next.fixed).filter((name) => next.fixed[name] !== this.#config.fixed[name]);
    if (names.length === 0) return;
    this.#parts.logger.warn({ settings: names }, "changed settings need a restart");
  }

  #complain(error: unknown, workspace?: string): void {
    const problem =
      error instanceof ConfigError ? error.message : describeError(error, this.#parts.redactor.redact);
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    this.#parts.logger.error({ problem, workspace }, "settings not applied: the identity stays the same");
  }
}

/** Changes whenever one of the files changes, including where a link to it points. */
async function signatureOf(files: readonly string[]): Promise<string> {
  const stats = files.map(async (file) => {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(file);
      return [file, ino, size, mtimeMs, ctimeMs];
    } catch {
      return [file];
    }
  });
  return JSON.stringify(await Promise.all(stats));
}
