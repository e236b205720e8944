import { OperationError, type RunRequest } from "@front-door/operations";
import type { Logger } from "pino";
import type { GatewayConfig } from "../config/config.ts";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import type { SqlUse } from "../sql/sql-clients.ts";
import { Federation } from "./federation/federation.ts";
import { SessionService } from "./sessions/session-service.ts";
import { type Authentication, Workspace, type WorkspaceParts } from "./workspace.ts";

/** The workspaces of the settings, and the other hosts to which a caller's own token may be sent. */
export class Workspaces {
  readonly default: Workspace;
  /** The default workspace comes first. */
  readonly all: readonly Workspace[];
  readonly #tokenOnly: ReadonlyMap<string, Workspace>;
  readonly #sessions: SessionService | undefined;
  readonly #federation: Federation | undefined;

  constructor(
    { workspaces, tokenOnly, sessions, federation }: GatewayConfig,
    parts: WorkspaceParts,
    logger: Logger,
  ) {
    const [first, ...others] = workspaces;
    this.default = new Workspace(first, parts);
    this.all = [this.default, ...others.map((config) => new Workspace(config, parts))];
    this.#tokenOnly = new Map(
      tokenOnly.map((address) => [address.origin, new Workspace(tokenOnlyConfig(address), parts)]),
    );
    this.#federation = federation && new Federation(federation, logger);
    const { redact } = parts;
    this.#sessions =
      sessions && new SessionService({ config: sessions, workspace: this.default, redact, logger });
  }

  /** Those of people who sign in at the default workspace. Throws NOT_IMPLEMENTED if nobody can. */
  get sessions(): SessionService {
    if (this.#sessions !== undefined) return this.#sessions;
    throw new OperationError(
      "NOT_IMPLEMENTED",
      "Nobody can sign in with Databricks here: the gateway needs DATABRICKS_OAUTH_CLIENT_ID.",
    );
  }

  /** How many sessions of people this process keeps. 0 where Redis does, or where nobody signs in. */
  get sessionsInMemory(): number {
    return this.#sessions?.inMemory ?? 0;
  }

  /** What all workspaces together have in use at their SQL warehouses. */
  sqlUse(): SqlUse {
    const uses = [...this.all, ...this.#tokenOnly.values()].map((workspace) => workspace.sqlUse());
    return {
      statements: uses.reduce((sum, { statements }) => sum + statements, 0),
      idleSessions: uses.reduce((sum, { idleSessions }) => sum + idleSessions, 0),
    };
  }

  named(name: string): Workspace | undefined {
    return this.all.find(({ config }) => config.name === name);
  }

  /**
   * Decides as whom and where a request runs: as the identity of its token, session or JWT, or as the gateway's own if it has
   * none of them. Makes no call to Databricks. Throws UNKNOWN_WORKSPACE, HOST_NOT_ALLOWED, UNAUTHENTICATED, or for a session
   * IDENTITY_NOT_ALLOWED, SESSION_ENDED or SIGN_IN_UNAVAILABLE.
   */
  async authenticate(request: Pick<RunRequest, "workspace" | "auth">): Promise<Authentication> {
    const workspace = this.#pick(request);
    const { token, session, subject_token: jwt } = request.auth ?? {};
    if (jwt !== undefined) return workspace.asFederated(this.#ofJwts().accept(jwt));
    if (session !== undefined) {
      if (workspace === this.sessions.workspace) return this.sessions.authenticate(session);
      throw new OperationError(
        "IDENTITY_NOT_ALLOWED",
        `A session is good for the workspace "${this.default.config.name}" alone, not for "${workspace.config.name}".`,
      );
    }
    // A token is never a reason to try another identity, even if it is no good.
    return token === undefined ? workspace.asOwn() : workspace.asUser(token);
  }

  #ofJwts(): Federation {
    if (this.#federation !== undefined) return this.#federation;
    throw new OperationError(
      "NOT_IMPLEMENTED",
      "auth.subject_token: no JWT is exchanged here: the gateway needs OIDC_RUN_AS, OIDC_ISSUER and OIDC_AUDIENCE.",
    );
  }

  /** The host must be the named workspace's, or that of exactly one workspace, or one to which a token may be sent. */
  #pick({ workspace: name, auth }: Pick<RunRequest, "workspace" | "auth">): Workspace {
    const origin = auth?.host === undefined ? undefined : originOf(auth.host);
    if (name !== undefined) {
      const named = this.named(name);
      if (named === undefined) {
        throw new OperationError("UNKNOWN_WORKSPACE", `workspace: no workspace has the name "${name}"`);
      }
      if (auth?.host !== undefined && named.config.origin !== origin) throw hostNotAllowed();
      return named;
    }
    if (auth?.host === undefined) return this.default;
    const [only, ...others] = this.all.filter(({ config }) => config.origin === origin);
    if (only !== undefined && others.length === 0) return only;
    const tokenOnly = origin === undefined ? undefined : this.#tokenOnly.get(origin);
    if (tokenOnly === undefined || auth.token === undefined) throw hostNotAllowed();
    return tokenOnly;
  }

  async close(): Promise<void> {
    this.#sessions?.close();
    this.#federation?.close();
    await Promise.all([...this.all, ...this.#tokenOnly.values()].map((workspace) => workspace.close()));
  }
}

function tokenOnlyConfig(address: WorkspaceAddress): WorkspaceConfig {
  const name = new URL(address.origin).host;
  return { name, ...address, kind: "databricks", httpPath: undefined, identity: undefined };
}

function hostNotAllowed(): OperationError {
  return new OperationError("HOST_NOT_ALLOWED", "auth.host: the gateway is not configured for this host");
}

function originOf(host: string): string | undefined {
  const url = URL.parse(host);
  const bare = url?.username === "" && url.password === "" && url.pathname === "/" && url.search === "";
  return bare && url.hash === "" ? url.origin : undefined;
}
