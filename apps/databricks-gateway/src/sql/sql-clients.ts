import type { ResultFormat } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { LRUCache } from "lru-cache";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import type { Credential } from "../databricks/credential.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { runStatement, type StatementRequest } from "./run-statement.ts";
import type { CellOptions } from "./serialize/cell-writers.ts";
import type { ReplyPieces } from "./serialize/query-result.ts";
import { replyPieces } from "./serialize/reply-pieces.ts";
import { SqlClient } from "./sql-client.ts";

const clientsMax = 200;
const unusedMs = 15 * 60_000;
const expireIdleMs = 60_000;
/** Longer than any statement may take. */
const requestMs = 310_000;

/** What is in use at SQL warehouses. */
export interface SqlUse {
  /** Those that Databricks has not released yet. */
  readonly statements: number;
  /** Sessions that are kept for the next statement. */
  readonly idleSessions: number;
}

export interface SqlIdentity {
  readonly address: WorkspaceAddress;
  readonly identityKey: string;
  readonly credential: Credential;
  /** The retries of the workspace. */
  readonly budget: RetryBudget;
}

export interface SqlQuery extends StatementRequest, CellOptions {
  readonly httpPath: string;
  readonly format: ResultFormat;
  readonly onRows: (count: number) => void;
}

/**
 * One client for each identity and warehouse. Two identities never share one: a client with a token provider per request
 * sent 199 of 200 requests with another principal's token (docs/sdk-transport.md, driver 1). Keeps the 200 most recently
 * used, each for 15 minutes after its last statement began. A client that is dropped closes when its last statement ends.
 */
export class SqlClients {
  readonly #clients = new LRUCache<string, SqlClient>({
    max: clientsMax,
    ttl: unusedMs,
    updateAgeOnGet: true,
    ttlAutopurge: true,
    dispose: (client) => client.retire(),
  });
  readonly #callerSharePercent: number;
  readonly #expiry = setInterval(() => {
    for (const client of this.#clients.values()) client.expireIdle();
  }, expireIdleMs).unref();

  constructor(callerSharePercent: number) {
    this.#callerSharePercent = callerSharePercent;
  }

  get size(): number {
    return this.#clients.size;
  }

  use(): SqlUse {
    const clients = [...this.#clients.values()];
    return {
      statements: clients.reduce((sum, { statements }) => sum + statements, 0),
      idleSessions: clients.reduce((sum, { idleSessions }) => sum + idleSessions, 0),
    };
  }

  /** Runs a statement and returns the body of the reply. Throws OperationErrors. */
  async query(
    identity: SqlIdentity,
    { httpPath, format, ...query }: SqlQuery,
    redact: Redactor,
    signal: AbortSignal,
  ): Promise<ReplyPieces> {
    const result = await runStatement(this.get(identity, httpPath), query, signal, redact);
    return replyPieces(result, { ...query, format });
  }

  get({ identityKey, ...identity }: SqlIdentity, httpPath: string): SqlClient {
    const key = JSON.stringify([identityKey, identity.address.origin, httpPath]);
    const kept = this.#clients.get(key);
    if (kept !== undefined) return kept;
    const callerSharePercent = this.#callerSharePercent;
    const client = new SqlClient({ ...identity, httpPath, requestMs, callerSharePercent });
    this.#clients.set(key, client);
    return client;
  }

  /** For an identity that is no longer used: closes its clients when their running statements have ended. */
  retire(identityKey: string): void {
    const keys = [...this.#clients.keys()].filter((key) => key.startsWith(`["${identityKey}",`));
    for (const key of keys) this.#clients.delete(key);
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    // Their timers would keep them.
    this.#clients.clear();
  }
}
