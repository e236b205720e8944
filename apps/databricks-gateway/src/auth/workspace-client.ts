import { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import type { Redactor } from "@front-door/service-runtime";
import type { Credential } from "../databricks/credential.ts";
import { GatewayApiClient } from "../databricks/gateway-api-client.ts";
import type { Transport } from "../databricks/transport.ts";
import type { LazySql } from "../sql/lazy-sql.ts";
import type { ReplyPieces } from "../sql/serialize/query-result.ts";
import type { SqlQuery } from "../sql/sql-clients.ts";

/** What operations need of one workspace as one identity. */
export interface WorkspaceClient {
  /** For the SDK's services, and for files. */
  readonly api: GatewayApiClient;
  /** The HTTP path of the configured SQL warehouse. */
  readonly warehousePath: string | undefined;
  /** Runs a statement with the SQL driver and returns the body of the reply. Throws OperationErrors. */
  query(query: SqlQuery, signal: AbortSignal): Promise<ReplyPieces>;
}

export interface WorkspaceClientParts {
  readonly transport: Transport;
  readonly sql: LazySql;
  readonly warehousePath: string | undefined;
  readonly identityKey: string;
  readonly kind: "pat" | "oauth-m2m";
  readonly credential: Credential;
  readonly redact: Redactor;
}

export function createWorkspaceClient(parts: WorkspaceClientParts): WorkspaceClient {
  const { transport, sql, warehousePath, identityKey, kind, credential, redact } = parts;
  // By default a Config also reads DATABRICKS_* and ~/.databrickscfg (docs/sdk-transport.md, SDK 2). It gets no credential:
  // GatewayApiClient authenticates every request itself.
  const config = new Config({ host: transport.origin, env: {}, loaders: [] });
  // For the user agent; the SDK sets it only when it authenticates a request itself.
  config.authType = kind;
  const api = new GatewayApiClient(config, transport, credential, redact);
  return {
    api,
    warehousePath,
    query: (query, signal) =>
      sql.query({ origin: transport.origin, identityKey, credential }, query, redact, signal),
  };
}
