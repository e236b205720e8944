import type { IncomingMessage } from "node:http";
import type { Tokens } from "./identity/tokens.ts";
import type { SqlServices } from "./sql/sql-services.ts";
import type { Metastore } from "./state/metastore.ts";
import type { Seed } from "./state/seed.ts";
import type { StateFolder } from "./state/state-folder.ts";
import type { SecurableChanges } from "./unity-catalog/securable-changes.ts";

/** What every emulated service works on. */
export interface Workspace {
  seed: Seed;
  folder: StateFolder;
  metastore: Metastore;
  securables: SecurableChanges;
  tokens: Tokens;
  sql: SqlServices;
  /** The origin that this request's client uses for the workspace, as a real workspace knows its own host. */
  origin(req: IncomingMessage): string;
}
