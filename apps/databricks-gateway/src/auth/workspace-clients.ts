import { createRedactor } from "@front-door/service-runtime";
import { fixedCredential } from "../databricks/credential.ts";
import { identityKey, type UserIdentity } from "./identity.ts";
import {
  createWorkspaceClient,
  type WorkspaceClient,
  type WorkspaceClientParts,
} from "./workspace-client.ts";

const clientsMax = 1000;
const unusedMs = 15 * 60_000;

interface Entry {
  readonly client: WorkspaceClient;
  usedAt: number;
}

/** What the clients of all identities have in common: nothing in it knows an identity. */
type SharedParts = Pick<WorkspaceClientParts, "transport" | "sql" | "warehousePath" | "redact">;

/**
 * One client for each caller's token, made when first asked for and shared by that token's requests: at most 1,000, the
 * least recently used go first, and one that was not used for 15 minutes goes too.
 */
export class WorkspaceClients {
  readonly #shared: SharedParts;
  readonly #entries = new Map<string, Entry>();

  constructor(shared: SharedParts) {
    this.#shared = shared;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(identity: UserIdentity): WorkspaceClient {
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

  #create(identity: UserIdentity): WorkspaceClient {
    const { token } = identity.credentials;
    const ofToken = createRedactor([new URL(this.#shared.transport.origin).host], [token]);
    return createWorkspaceClient({
      ...this.#shared,
      identityKey: identityKey(identity),
      kind: "pat",
      credential: fixedCredential(token),
      redact: (text) => ofToken(this.#shared.redact(text)),
    });
  }
}
