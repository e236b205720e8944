import { OperationError, type RunRequest } from "@front-door/operations";
import type { GatewayConfig } from "../config/config.ts";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import { type Authentication, Workspace, type WorkspaceParts } from "./workspace.ts";

/** The workspaces of the settings, and the other hosts to which a caller's own token may be sent. */
export class Workspaces {
  readonly default: Workspace;
  /** The default workspace comes first. */
  readonly all: readonly Workspace[];
  readonly #tokenOnly: ReadonlyMap<string, Workspace>;

  constructor({ workspaces, tokenOnly }: GatewayConfig, parts: WorkspaceParts) {
    const [first, ...others] = workspaces;
    this.default = new Workspace(first, parts);
    this.all = [this.default, ...others.map((config) => new Workspace(config, parts))];
    this.#tokenOnly = new Map(
      tokenOnly.map((address) => [address.origin, new Workspace(tokenOnlyConfig(address), parts)]),
    );
  }

  named(name: string): Workspace | undefined {
    return this.all.find(({ config }) => config.name === name);
  }

  /**
   * Decides as whom and where a request runs: as the identity of its token, or as the gateway's own if it has none. Makes no
   * call. Throws UNKNOWN_WORKSPACE, HOST_NOT_ALLOWED or UNAUTHENTICATED.
   */
  authenticate(request: Pick<RunRequest, "workspace" | "auth">): Authentication {
    const workspace = this.#pick(request);
    const token = request.auth?.token;
    // A token is never a reason to try another identity, even if it is no good.
    return token === undefined ? workspace.asOwn() : workspace.asUser(token);
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
