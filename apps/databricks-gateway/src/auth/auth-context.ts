import { AsyncLocalStorage } from "node:async_hooks";
import type { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import { OperationError } from "@front-door/operations";
import type { Identity } from "./identity.ts";
import type { WorkspaceClient } from "./workspace-client.ts";

/** Whose identity the running operation has. */
export interface DatabricksAuth {
  readonly identity: Identity["kind"];
  readonly client: WorkspaceClient;
}

/** Shared by everything that one operation starts, so that what outlives the operation finds it empty. */
interface AuthCell {
  auth: DatabricksAuth | undefined;
}

const storage = new AsyncLocalStorage<AuthCell>();

/**
 * Runs `operation` as `auth`. As set_databricks_auth and clear_databricks_auth of databricks-tools-core do it: set
 * before, cleared in `finally`. An operation that streams has to await the end of its stream.
 */
export async function withDatabricksAuth<T>(auth: DatabricksAuth, operation: () => Promise<T>): Promise<T> {
  const cell: AuthCell = { auth: undefined };
  return storage.run(cell, async () => {
    cell.auth = auth;
    try {
      return await operation();
    } finally {
      cell.auth = undefined;
    }
  });
}

/** The identity of the running operation; undefined outside one and after its end. */
export function currentAuth(): DatabricksAuth | undefined {
  return storage.getStore()?.auth;
}

/** The client of the running operation's identity. Throws outside an operation: there is no default identity. */
export function getWorkspaceClient(): WorkspaceClient {
  const auth = currentAuth();
  if (auth === undefined) {
    throw new OperationError("INTERNAL_ERROR", "There is no identity outside an operation.");
  }
  return auth.client;
}

/**
 * A service of the SDK that runs as the identity of the running operation: `service(CatalogsService).get(…)`. Throws
 * outside an operation.
 */
export function service<Service>(Class: new (client: ApiClient) => Service): Service {
  return new Class(getWorkspaceClient().api);
}
