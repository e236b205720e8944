import { OperationError, type RunRequest } from "@front-door/operations";
import type { DatabricksAuth } from "./auth-context.ts";
import type { Identity, OwnIdentity } from "./identity.ts";
import type { WorkspaceClients } from "./workspace-clients.ts";

/** Decides whose identity a request runs as; makes no call. */
export class Authenticator {
  readonly #origin: string;
  readonly #own: OwnIdentity;
  readonly #clients: WorkspaceClients;

  constructor(origin: string, own: OwnIdentity, clients: WorkspaceClients) {
    this.#origin = origin;
    this.#own = own;
    this.#clients = clients;
  }

  /**
   * The identity of the request's token, and of it alone, or the gateway's own when there is none. Throws
   * HOST_NOT_ALLOWED for a host other than the configured workspace.
   */
  authenticate({ workspace, auth }: Pick<RunRequest, "workspace" | "auth">): DatabricksAuth {
    if (workspace !== undefined) {
      throw new OperationError("UNKNOWN_WORKSPACE", `workspace: there is none of the name "${workspace}"`);
    }
    if (auth?.host !== undefined && originOf(auth.host) !== this.#origin) {
      throw new OperationError(
        "HOST_NOT_ALLOWED",
        "auth.host: the gateway is not configured for this workspace",
      );
    }
    // A token that is there but of no use fails at Databricks; it is never a reason to try another identity.
    if (auth?.token !== undefined) return this.#as({ kind: "user", credentials: { token: auth.token } });
    return this.own();
  }

  own(): DatabricksAuth {
    return this.#as(this.#own);
  }

  #as(identity: Identity): DatabricksAuth {
    return { identity: identity.kind, client: this.#clients.get(identity) };
  }
}

function originOf(host: string): string | undefined {
  const url = URL.parse(host);
  const bare = url?.username === "" && url.password === "" && url.pathname === "/" && url.search === "";
  return bare && url.hash === "" ? url.origin : undefined;
}
