import { LRUCache } from "lru-cache";
import type { Credential } from "../databricks/credential.ts";
import { SqlClient } from "./sql-client.ts";

const clientsMax = 200;
const unusedMs = 15 * 60_000;
const expireIdleMs = 60_000;
/** Longer than any statement may take: what Databricks has not answered by then, it never will. */
const requestMs = 310_000;

export interface SqlIdentity {
  readonly origin: string;
  readonly identityKey: string;
  readonly credential: Credential;
}

/**
 * One client for each identity and warehouse, and never one for two identities: a client with a token provider for each
 * request sent 199 of 200 requests with another principal's token (docs/sdk-transport.md, driver 1). It keeps 200; the
 * least recently used go first, and each goes after 15 minutes without a new statement. One that goes closes when its last
 * statement has ended.
 */
export class SqlClients {
  readonly #clients = new LRUCache<string, SqlClient>({
    max: clientsMax,
    ttl: unusedMs,
    updateAgeOnGet: true,
    ttlAutopurge: true,
    dispose: (client) => client.retire(),
  });
  readonly #expiry = setInterval(() => {
    for (const client of this.#clients.values()) client.expireIdle();
  }, expireIdleMs).unref();

  get size(): number {
    return this.#clients.size;
  }

  get({ origin, identityKey, credential }: SqlIdentity, httpPath: string): SqlClient {
    const key = JSON.stringify([identityKey, origin, httpPath]);
    const kept = this.#clients.get(key);
    if (kept !== undefined) {
      kept.expireIdle();
      return kept;
    }
    const client = new SqlClient({ origin, httpPath, credential, requestMs });
    this.#clients.set(key, client);
    return client;
  }

  /** For an identity that is no longer used: its clients close when their running statements have ended. */
  retire(identityKey: string): void {
    const keys = [...this.#clients.keys()].filter((key) => key.startsWith(`["${identityKey}",`));
    for (const key of keys) this.#clients.delete(key);
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
