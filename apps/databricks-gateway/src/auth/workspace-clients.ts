import { createRedactor } from "@front-door/service-runtime";
import { LRUCache } from "lru-cache";
import { fixedCredential } from "../databricks/credential.ts";
import { identityKey, type UserIdentity } from "./identity.ts";
import {
  createWorkspaceClient,
  type WorkspaceClient,
  type WorkspaceClientParts,
} from "./workspace-client.ts";

const clientsMax = 1000;
const unusedMs = 15 * 60_000;

/** What the clients of all identities share: nothing in it knows an identity. */
type SharedParts = Pick<WorkspaceClientParts, "transport" | "sql" | "warehousePath" | "redact">;

/**
 * One client for each caller's token, created for its first request and shared by all of them. It keeps 1,000; the least
 * recently used go first, and each goes after 15 minutes without a request.
 */
export class WorkspaceClients {
  readonly #shared: SharedParts;
  readonly #clients = new LRUCache<string, WorkspaceClient>({
    max: clientsMax,
    ttl: unusedMs,
    updateAgeOnGet: true,
    // A token does not stay in memory for longer because nobody else calls.
    ttlAutopurge: true,
  });

  constructor(shared: SharedParts) {
    this.#shared = shared;
  }

  get size(): number {
    return this.#clients.size;
  }

  get(identity: UserIdentity): WorkspaceClient {
    const key = identityKey(identity);
    const kept = this.#clients.get(key);
    if (kept !== undefined) return kept;
    const client = this.#create(identity);
    this.#clients.set(key, client);
    return client;
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
