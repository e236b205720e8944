import { createRedactor } from "@front-door/redaction";
import {
  createWorkspaceClient,
  type WorkspaceClient,
  type WorkspaceClientParts,
} from "../databricks/workspace-client.ts";
import { type Identity, identityKey } from "./identity.ts";
import { TokenSource } from "./token-source.ts";

const clientsMax = 1000;
const unusedMs = 15 * 60_000;

interface Entry {
  readonly client: WorkspaceClient;
  usedAt: number;
}

/** What the clients of all identities have in common: nothing in it knows an identity. */
type SharedParts = Pick<WorkspaceClientParts, "transport" | "sql" | "warehousePath">;

/**
 * One client for each identity, made when first asked for and shared by that identity's requests: at most 1,000 of
 * callers, the least recently used go first, and one that was not used for 15 minutes goes too. The gateway's own stays,
 * however many tokens callers bring.
 */
export class WorkspaceClients {
  readonly #shared: SharedParts;
  readonly #entries = new Map<string, Entry>();
  #own: WorkspaceClient | undefined;

  constructor(shared: SharedParts) {
    this.#shared = shared;
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

  #create(identity: Identity): WorkspaceClient {
    const { credentials } = identity;
    const { transport } = this.#shared;
    const shared = { ...this.#shared, identityKey: identityKey(identity) };
    const host = new URL(transport.origin).host;
    if ("token" in credentials) {
      const redact = createRedactor([host], [credentials.token]);
      const authorization = async () => `Bearer ${credentials.token}`;
      return createWorkspaceClient({ ...shared, kind: "pat", authorization, redact });
    }
    const redact = createRedactor([host], [credentials.clientSecret]);
    const source = new TokenSource(transport, credentials, redact);
    const authorization = async () => `Bearer ${await source.token()}`;
    return createWorkspaceClient({ ...shared, kind: "oauth-m2m", authorization, redact });
  }
}
