import { stat, unwatchFile, watchFile } from "node:fs";
import { promisify } from "node:util";
import { ConfigError, describeError } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { GatewayConfig } from "../config/config.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import { identityKey } from "./identity.ts";
import type { LiveRedactor } from "./live-redactor.ts";
import type { Principals } from "./principals.ts";
import type { Workspaces } from "./workspaces.ts";

// Polling, because the files of a mounted secret are symbolic links that are swapped as a whole.
const pollMs = 1_000;
const retryRefusedMs = 5_000;

const statFile = promisify(stat);

export interface RotationParts {
  readonly config: GatewayConfig;
  /** The settings as they are now. Throws a ConfigError. */
  readonly reread: () => GatewayConfig;
  readonly workspaces: Workspaces;
  readonly principals: Principals;
  readonly redactor: LiveRedactor;
  readonly logger: Logger;
  readonly onReplaced: () => void;
}

/**
 * Takes up the gateway's own identities anew when the files of the settings change, without a restart. What cannot be
 * read, or is not accepted, changes nothing: the identity that was there stays, and the log says what is wrong.
 */
export class Rotation {
  readonly #parts: RotationParts;
  #files: readonly string[];
  #seen: string | undefined;
  #config: GatewayConfig;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #lastProblem: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isWatching = false;

  constructor(parts: RotationParts) {
    this.#parts = parts;
    this.#config = parts.config;
    this.#files = parts.config.files;
  }

  start(): void {
    this.#isWatching = true;
    this.#watch();
  }

  stop(): void {
    this.#isWatching = false;
    clearTimeout(this.#retry);
    this.#unwatch();
  }

  #watch(): void {
    for (const file of this.#files) watchFile(file, { interval: pollMs, persistent: false }, this.#onChange);
  }

  #unwatch(): void {
    for (const file of this.#files) unwatchFile(file, this.#onChange);
  }

  readonly #onChange = () => void this.check();

  /**
   * Looks whether the files have changed, and resolves when what they say is in force. Of many callers at once the first
   * is served alone and the others together after it: nobody is told of a look that began before it asked.
   */
  check(force = false): Promise<void> {
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

  async #check(): Promise<void> {
    const seen = await signatureOf(this.#files);
    if (seen === this.#seen) return;
    try {
      const next = this.#parts.reread();
      this.#parts.redactor.add(next);
      this.#rewatch(next.files);
      this.#warnOfFixed(next);
      let isInForce = true;
      for (const workspace of next.workspaces) isInForce = (await this.#replace(workspace)) && isInForce;
      this.#config = next;
      this.#seen = seen;
      if (isInForce) this.#lastProblem = undefined;
      else this.#retryLater();
    } catch (error) {
      // The next look tells whether it is still so.
      this.#seen = seen;
      this.#complain(error);
    }
  }

  /** Whether the gateway's own identity at this workspace is now what the settings say. */
  async #replace({ name, origin, identity }: WorkspaceConfig): Promise<boolean> {
    const workspace = this.#parts.workspaces.named(name);
    // A workspace that is new or has moved is among what takes a restart; no credential follows it there.
    if (workspace === undefined || workspace.config.origin !== origin) {
      this.#complain(
        new ConfigError(`The workspace "${name}" is new or has another host: it takes a restart`),
      );
      return true;
    }
    const old = workspace.own?.identity;
    if (identity === undefined) {
      if (old !== undefined)
        this.#complain(new ConfigError(`The workspace "${name}" has no credential any more`));
      return true;
    }
    if (old !== undefined && identityKey(old) === identityKey(identity)) return true;
    try {
      await workspace.replaceOwn(identity);
    } catch (error) {
      this.#complain(error, name);
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
    this.#parts.logger.warn({ settings: names }, "settings changed that take a restart");
  }

  #rewatch(files: readonly string[]): void {
    if (this.#isWatching) this.#unwatch();
    this.#files = files;
    if (this.#isWatching) this.#watch();
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.check(true), retryRefusedMs).unref();
  }

  #complain(error: unknown, workspace?: string): void {
    const problem =
      error instanceof ConfigError ? error.message : describeError(error, this.#parts.redactor.redact);
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    this.#parts.logger.error({ problem, workspace }, "settings not taken up: the identity stays as it was");
  }
}

/** Changes whenever one of the files does, also when a link to it is put elsewhere. */
async function signatureOf(files: readonly string[]): Promise<string> {
  const stats = files.map(async (file) => {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await statFile(file);
      return [file, ino, size, mtimeMs, ctimeMs];
    } catch {
      return [file];
    }
  });
  return JSON.stringify(await Promise.all(stats));
}
