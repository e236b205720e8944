import { AsyncLocalStorage } from "node:async_hooks";
import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import type { Identity } from "./identity.ts";
import type { WorkspaceClient } from "./workspace-client.ts";

/** The identity that an operation runs as, and its client. */
export interface DatabricksAuth {
  readonly who: Identity;
  readonly client: WorkspaceClient;
}

const storage = new AsyncLocalStorage<{ auth: DatabricksAuth | undefined }>();

/**
 * Runs `operation` as `auth`, like set_databricks_auth and clear_databricks_auth of databricks-tools-core: set before,
 * cleared in `finally`, also for what the operation started and left running. An operation that streams must await the
 * end of its stream.
 */
export async function withDatabricksAuth<T>(auth: DatabricksAuth, operation: () => Promise<T>): Promise<T> {
  const cell: { auth: DatabricksAuth | undefined } = { auth };
  return storage.run(cell, async () => {
    try {
      return await operation();
    } finally {
      cell.auth = undefined;
    }
  });
}

/** The identity of the running operation; undefined outside an operation and after its end. */
export function currentAuth(): DatabricksAuth | undefined {
  return storage.getStore()?.auth;
}

/** The client of the running operation's identity. Throws outside an operation: there is no default identity. */
export function getWorkspaceClient(): WorkspaceClient {
  const auth = currentAuth();
  if (auth === undefined) {
    throw new Error("There is no identity outside an operation.");
  }
  return auth.client;
}

/**
 * A service of the SDK as the running operation's identity: `service(CatalogsService, signal).get(…)`. Aborting `signal` ends
 * its calls. Throws outside an operation.
 */
export function service<Service>(Class: new (client: ApiClient) => Service, signal: AbortSignal): Service {
  return new Class(getWorkspaceClient().api.until(signal));
}
