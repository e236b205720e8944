import { OperationError, type SessionParams } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { SessionsConfig } from "../../config/session-settings.ts";
import type { Authentication, Workspace } from "../workspace.ts";
import { DatabricksLogin } from "./databricks-login.ts";
import { MemoryStore } from "./memory-store.ts";
import { RedisStore } from "./redis-store.ts";
import type { SessionStore } from "./session-store.ts";
import { type Session, Sessions } from "./sessions.ts";
import { SignIns } from "./sign-ins.ts";

export interface SessionServiceParts {
  readonly config: SessionsConfig;
  /** Where people sign in. */
  readonly workspace: Workspace;
  readonly redact: Redactor;
  readonly logger: Logger;
}

/** A sign-in that was completed: a new session, and who has it. */
export interface SignedIn {
  readonly id: string;
  readonly session: Session;
  readonly auth: Authentication;
  readonly returnTo: string;
}

/** Signs people in with Databricks, and authenticates the requests of their sessions. */
export class SessionService {
  readonly workspace: Workspace;
  readonly #stores: readonly SessionStore[];
  readonly #sessions: Sessions;
  readonly #signIns: SignIns;

  constructor({ config, workspace, redact, logger }: SessionServiceParts) {
    const { origin } = workspace.config;
    const login = new DatabricksLogin(workspace.transport, config.app, redact);
    const { redis } = config;
    const sessions = redis
      ? new RedisStore("sessions", redis, logger)
      : new MemoryStore({ entriesMax: 10_000, ofOwnerMax: 50 });
    const signIns = redis
      ? new RedisStore("sign-ins", redis, logger)
      : new MemoryStore({ entriesMax: 10_000, ofOwnerMax: 500 });
    this.workspace = workspace;
    this.#stores = [sessions, signIns];
    this.#sessions = new Sessions({ config, store: sessions, login, origin });
    this.#signIns = new SignIns(signIns, login);
  }

  /** How many sessions this process keeps; none where Redis does. */
  get inMemory(): number {
    const [sessions] = this.#stores;
    return sessions instanceof MemoryStore ? sessions.size : 0;
  }

  /** Throws SESSION_ENDED, or SIGN_IN_UNAVAILABLE while the session cannot be read. */
  async authenticate(id: string): Promise<Authentication> {
    return this.workspace.asSession(await this.#sessions.use(id), this.#sessions);
  }

  beginSignIn(params: SessionParams<"begin_sign_in">, owner: string) {
    return this.#signIns.begin(params, owner);
  }

  /** Begins a session, always under a new id, and ends the one that the browser had before. */
  async completeSignIn(
    params: SessionParams<"complete_sign_in">,
    previous: string | undefined,
  ): Promise<SignedIn> {
    const { user, tokens, returnTo } = await this.#signIns.complete(params);
    const begun = await this.#sessions.begin(user, tokens);
    if (previous !== undefined) await this.end(previous);
    return { ...begun, auth: this.workspace.asSession(begun, this.#sessions), returnTo };
  }

  /** Who has the session. Does not count as a use of it. */
  look(id: string): Promise<Session> {
    return this.#sessions.look(id);
  }

  /** Forgets the session and its tokens. Databricks has no way to revoke them (docs/databricks.md, Sign-in). */
  async end(id: string): Promise<Authentication | undefined> {
    const session = await this.#sessions.look(id).catch((error: unknown) => {
      if (error instanceof OperationError && error.code === "SESSION_ENDED") return undefined;
      throw error;
    });
    const key = await this.#sessions.end(id);
    if (session === undefined) return undefined;
    const auth = this.workspace.asSession({ key, session }, this.#sessions);
    await this.workspace.forget(auth);
    return auth;
  }

  close(): void {
    this.#sessions.close();
    for (const store of this.#stores) store.close();
  }
}
