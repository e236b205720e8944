import { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import type { Redactor } from "@front-door/service-runtime";
import type { Credential } from "../databricks/credential.ts";
import { GatewayApiClient } from "../databricks/gateway-api-client.ts";
import type { Transport } from "../databricks/transport.ts";
import type { LazySql, SqlQuery } from "../sql/lazy-sql.ts";
import type { ReplyPieces } from "../sql/serialize/query-result.ts";

/** What operations need of one workspace as one identity. */
export interface WorkspaceClient {
  /** For the services of the SDK, and for files. */
  readonly api: GatewayApiClient;
  /** The HTTP path of the configured SQL warehouse. */
  readonly warehousePath: string | undefined;
  /** Runs a statement by the SQL driver; the pieces are the body of the reply. Throws OperationErrors. */
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
  const config = new Config({
    host: transport.origin,
    // With its defaults a Config takes DATABRICKS_* and ~/.databrickscfg, whatever it was given (docs/sdk-transport.md, SDK 2).
    env: {},
    loaders: [],
    credentials: {
      name: kind,
      configure: async () => async (headers) => {
        headers.set("authorization", await credential.authorization());
      },
    },
    // Its default is to verify nothing (docs/sdk-transport.md, SDK 1). Our transport verifies always; this is for the SDK's own.
    skipVerify: false,
  });
  // What the user agent says, and the SDK sets only when it is itself asked to authenticate.
  config.authType = kind;
  const api = new GatewayApiClient(config, transport, credential, redact);
  return {
    api,
    warehousePath,
    query: (query, signal) =>
      sql.query({ origin: transport.origin, identityKey, credential }, query, redact, signal),
  };
}
