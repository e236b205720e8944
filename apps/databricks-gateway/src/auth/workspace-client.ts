import type { WorkspaceConfig } from "../config/workspaces.ts";
import type { CloudStorage } from "../databricks/cloud-storage.ts";
import type { GatewayApiClient } from "../databricks/gateway-api-client.ts";
import type { ReplyPieces } from "../sql/serialize/query-result.ts";
import type { ReplyOptions } from "../sql/serialize/reply-pieces.ts";
import type { SqlQuery } from "../sql/sql-clients.ts";
import type { ResultReading, StoredResult } from "../sql/stored-result.ts";

/** What operations need of one workspace as one identity. */
export interface WorkspaceClient {
  /** For the SDK's services, and for files. */
  readonly api: GatewayApiClient;
  readonly kind: WorkspaceConfig["kind"];
  /** For the parts of large files. */
  readonly storage: CloudStorage;
  /** The most bytes that one PUT of the Files API stores. */
  readonly putBytesMax: number;
  /** The HTTP path of the configured SQL warehouse. */
  readonly warehousePath: string | undefined;
  /** Runs a statement with the SQL driver and returns the body of the reply. Throws OperationErrors. */
  query(query: SqlQuery, signal: AbortSignal): Promise<ReplyPieces>;
  /** Reads the result of a submitted statement, as the body of the reply. Throws OperationErrors. */
  readStored(
    stored: StoredResult,
    options: ReplyOptions,
    context: Omit<ResultReading, "storage" | "budget">,
  ): Promise<ReplyPieces>;
}
