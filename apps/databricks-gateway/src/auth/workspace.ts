import type { Redactor } from "@front-door/service-runtime";
import type { OwnIdentity } from "../config/own-identity.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import { createTransport, type Transport } from "../databricks/transport.ts";
import { LazySql } from "../sql/lazy-sql.ts";
import { identityKey, type UserIdentity } from "./identity.ts";
import { OwnCredential } from "./own-credential.ts";
import { createWorkspaceClient, type WorkspaceClient } from "./workspace-client.ts";
import { WorkspaceClients } from "./workspace-clients.ts";

interface Own {
  readonly identity: OwnIdentity;
  readonly credential: OwnCredential;
  readonly client: WorkspaceClient;
}

export interface WorkspaceParts {
  /** Knows the gateway's own secrets, new ones too. */
  readonly redact: Redactor;
  /** Resolves when the settings' files have been looked at again. */
  readonly rereadSettings: () => Promise<void>;
}

/** One workspace with all that talks to it: nothing of it is shared with another workspace. */
export class Workspace {
  readonly config: WorkspaceConfig;
  readonly #parts: WorkspaceParts;
  readonly #transport: Transport;
  readonly #sql = new LazySql();
  readonly #users: WorkspaceClients;
  #own: Own | undefined;

  constructor(config: WorkspaceConfig, parts: WorkspaceParts) {
    this.config = config;
    this.#parts = parts;
    this.#transport = createTransport(config.origin);
    this.#users = new WorkspaceClients({
      transport: this.#transport,
      sql: this.#sql,
      warehousePath: config.httpPath,
      redact: parts.redact,
    });
    this.#own = config.identity && this.#create(config.identity);
  }

  /** The gateway's own identity here; undefined when only requests with a token are served. */
  get own(): Pick<Own, "identity" | "client"> | undefined {
    return this.#own;
  }

  ofUser(identity: UserIdentity): WorkspaceClient {
    return this.#users.get(identity);
  }

  /**
   * Makes `identity` the gateway's own for all operations that begin from now on; running ones end as what they are. Its
   * credential is tried first: throws UNAUTHENTICATED, and changes nothing, when it is not accepted.
   */
  async replaceOwn(identity: OwnIdentity): Promise<void> {
    const next = this.#create(identity);
    await next.credential.prove();
    const old = this.#own;
    this.#own = next;
    if (old === undefined) return;
    old.credential.replaceBy(next.credential);
    await this.#sql.retire(identityKey(old.identity));
  }

  async close(): Promise<void> {
    // Sessions are closed with tokens that are fetched by the transport.
    await this.#sql.close();
    await this.#transport.close();
  }

  #create(identity: OwnIdentity): Own {
    const { redact, rereadSettings } = this.#parts;
    const credential = new OwnCredential(identity, this.#transport, redact, rereadSettings);
    const client = createWorkspaceClient({
      transport: this.#transport,
      sql: this.#sql,
      warehousePath: this.config.httpPath,
      identityKey: identityKey(identity),
      kind: "token" in identity.credentials ? "pat" : "oauth-m2m",
      credential,
      redact,
    });
    return { identity, credential, client };
  }
}
