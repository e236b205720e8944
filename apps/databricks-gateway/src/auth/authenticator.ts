import { OperationError, type RunRequest } from "@front-door/operations";
import type { DatabricksAuth } from "./auth-context.ts";
import type { Identity, UserIdentity } from "./identity.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";

/** As whom, and at which workspace, a request runs. */
export interface Authentication extends DatabricksAuth {
  readonly who: Identity;
  readonly workspace: Workspace;
}

/** Decides whose identity a request runs as; makes no call. */
export class Authenticator {
  readonly #workspaces: Workspaces;

  constructor(workspaces: Workspaces) {
    this.#workspaces = workspaces;
  }

  /**
   * The identity of the request's token, and of it alone, or the gateway's own when there is none. Throws
   * UNKNOWN_WORKSPACE, HOST_NOT_ALLOWED, or UNAUTHENTICATED where the gateway has no identity of its own.
   */
  authenticate(request: Pick<RunRequest, "workspace" | "auth">): Authentication {
    const workspace = this.#workspaces.pick(request);
    const token = request.auth?.token;
    // A token that is there but of no use fails at Databricks; it is never a reason to try another identity.
    if (token === undefined) return this.own(workspace);
    const who: UserIdentity = { kind: "user", credentials: { token } };
    return { identity: "user", client: workspace.ofUser(who), who, workspace };
  }

  own(workspace: Workspace): Authentication {
    const { own } = workspace;
    if (own === undefined) {
      throw new OperationError(
        "UNAUTHENTICATED",
        `The gateway has no identity of its own at the workspace "${workspace.config.name}": bring a Databricks token.`,
      );
    }
    return { identity: own.identity.kind, client: own.client, who: own.identity, workspace };
  }
}
