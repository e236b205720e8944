import type { Transport } from "../databricks/transport.ts";
import { createWorkspaceClient, type WorkspaceClient } from "../databricks/workspace-client.ts";
import { createRedactor } from "../log/redact.ts";
import { type Identity, identityKey } from "./identity.ts";
import { TokenSource } from "./token-source.ts";

const clientsMax = 1000;
const unusedMs = 15 * 60_000;

interface Entry {
  readonly client: WorkspaceClient;
  usedAt: number;
}

/**
 * One client for each identity, made when first asked for and shared by that identity's requests: at most 1,000 of
 * callers, the least recently used go first, and one that was not used for 15 minutes goes too. The gateway's own stays,
 * however many tokens callers bring.
 */
export class WorkspaceClients {
  readonly #transport: Transport;
  readonly #entries = new Map<string, Entry>();
  #own: WorkspaceClient | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(identity: Identity): WorkspaceClient {
    if (identity.kind !== "user") {
      this.#own ??= this.#create(identity);
      return this.#own;
    }
    const key = identityKey(identity);
    const now = Date.now();
    const entry = this.#entries.get(key) ?? { client: this.#create(identity), usedAt: now };
    entry.usedAt = now;
    // A Map keeps the order of insertion: the first is always the one that was unused for longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict(now);
    return entry.client;
  }

  #evict(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= clientsMax && now - entry.usedAt < unusedMs) return;
      this.#entries.delete(key);
    }
  }

  #create({ credentials }: Identity): WorkspaceClient {
    const host = new URL(this.#transport.origin).host;
    if ("token" in credentials) {
      const redact = createRedactor(host, [credentials.token]);
      return createWorkspaceClient(this.#transport, "pat", async () => `Bearer ${credentials.token}`, redact);
    }
    const redact = createRedactor(host, [credentials.clientSecret]);
    const source = new TokenSource(this.#transport, credentials, redact);
    const authorization = async () => `Bearer ${await source.token()}`;
    return createWorkspaceClient(this.#transport, "oauth-m2m", authorization, redact);
  }
}
