import type { Credential } from "../databricks/credential.ts";
import { SqlClient } from "./sql-client.ts";

const clientsMax = 200;
const unusedMs = 15 * 60_000;
const sweepMs = 60_000;
/** Longer than any statement may take; what Databricks has not answered by then it never will. */
const requestMs = 310_000;

interface Entry {
  readonly client: SqlClient;
  usedAt: number;
}

export interface SqlIdentity {
  readonly origin: string;
  /** Of this identity and of no other. */
  readonly identityKey: string;
  readonly credential: Credential;
}

/**
 * One client for each identity and warehouse, and never one for two identities: a client with a token provider for each
 * request sent 199 of 200 requests with another principal's token (docs/sdk-transport.md, driver 1). At most 200; the least
 * recently used go first, and one that was not used for 15 minutes goes too, each when its last statement has ended.
 */
export class SqlClients {
  readonly #entries = new Map<string, Entry>();
  readonly #sweep = setInterval(() => this.#evict(Date.now()), sweepMs).unref();

  get size(): number {
    return this.#entries.size;
  }

  get({ origin, identityKey, credential }: SqlIdentity, httpPath: string): SqlClient {
    const key = JSON.stringify([identityKey, origin, httpPath]);
    const now = Date.now();
    const entry = this.#entries.get(key) ?? {
      client: new SqlClient({ origin, httpPath, credential, requestMs }),
      usedAt: now,
    };
    entry.usedAt = now;
    // A Map keeps the order of insertion: the first is always the one that was unused for longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict(now);
    return entry.client;
  }

  /** The identity is no longer in use: its clients take no new statements, and close when the running ones have ended. */
  retire(identityKey: string): void {
    for (const [key, { client }] of this.#entries) {
      if (!key.startsWith(`["${identityKey}",`)) continue;
      this.#entries.delete(key);
      client.retire();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const clients = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(clients.map(({ client }) => client.close()));
  }

  #evict(now: number): void {
    for (const [key, { client, usedAt }] of this.#entries) {
      if (this.#entries.size > clientsMax || (now - usedAt >= unusedMs && !client.isBusy)) {
        this.#entries.delete(key);
        client.retire();
      } else {
        client.expireIdle(now);
      }
    }
  }
}
