import { createHash } from "node:crypto";
import { OperationError } from "@front-door/operations";
import { createRedactor, type Redactor } from "@front-door/service-runtime";
import { LRUCache } from "lru-cache";
import type { OwnIdentity } from "../config/own-identity.ts";
import type { WorkspaceConfig } from "../config/workspaces.ts";
import { CloudStorage } from "../databricks/cloud-storage.ts";
import { type Credential, fixedCredential } from "../databricks/credential.ts";
import { GatewayApiClient } from "../databricks/gateway-api-client.ts";
import { RetryBudget } from "../databricks/retry-budget.ts";
import { createTransport, type Transport } from "../databricks/transport.ts";
import { LazySql } from "../sql/lazy-sql.ts";
import type { SqlUse } from "../sql/sql-clients.ts";
import type { DatabricksAuth } from "./auth-context.ts";
import { FederatedCredential } from "./federation/federated-credential.ts";
import type { SubjectToken } from "./federation/subject-token.ts";
import {
  type FederatedIdentity,
  type Identity,
  identityKey,
  type SessionIdentity,
  type UserIdentity,
} from "./identity.ts";
import { LoginService } from "./login-service.ts";
import { OwnCredential } from "./own-credential.ts";
import type { OpenSession, Sessions } from "./sessions/sessions.ts";
import type { WorkspaceClient } from "./workspace-client.ts";

const userClientsMax = 1000;
const unusedMs = 15 * 60_000;

/** The identity that a request runs as, and the workspace where it runs. */
export interface Authentication extends DatabricksAuth {
  readonly workspace: Workspace;
}

interface Own {
  readonly identity: OwnIdentity;
  readonly credential: OwnCredential;
  readonly client: WorkspaceClient;
}

export interface WorkspaceParts {
  /** Knows the gateway's own secrets, including new ones. */
  readonly redact: Redactor;
  /** Resolves when the files of the settings have been read again. */
  /** Resolves to why a new credential could not be tried yet, where there is one. */
  readonly rereadSettings: () => Promise<OperationError | undefined>;
  readonly callerSharePercent: number;
  /** The forward proxy on the way to an origin. */
  readonly proxyFor: (origin: string) => string | undefined;
  /** A larger file is uploaded in parts. */
  readonly putBytesMax: number;
}

/** One workspace and all clients that talk to it. It shares nothing with another workspace. */
export class Workspace {
  readonly config: WorkspaceConfig;
  readonly #parts: WorkspaceParts;
  /** Shared by everything that is sent to the workspace. */
  readonly #budget = new RetryBudget();
  readonly transport: Transport;
  readonly #storage: CloudStorage;
  readonly #sql: LazySql;
  /** The clients of the 1,000 most recently used tokens, sessions and JWTs, each for 15 minutes after its last request. */
  readonly #userClients = new LRUCache<string, WorkspaceClient>({
    max: userClientsMax,
    ttl: unusedMs,
    updateAgeOnGet: true,
    // A token must not stay in memory longer because nobody else calls.
    ttlAutopurge: true,
  });
  /** Where callers' JWTs are exchanged. */
  #loginService: LoginService | undefined;
  #entraTransport: Transport | undefined;
  #own: Own | undefined;

  constructor(config: WorkspaceConfig, parts: WorkspaceParts) {
    this.config = config;
    this.#parts = parts;
    this.transport = createTransport(config, this.#budget);
    this.#storage = new CloudStorage({
      allowHttp: config.origin.startsWith("http:"),
      proxyFor: parts.proxyFor,
    });
    this.#sql = new LazySql(parts.callerSharePercent);
    this.#own = config.identity && this.#createOwn(config.identity);
  }

  /** The gateway's own identity here; undefined if every request must bring a token. */
  get own(): OwnIdentity | undefined {
    return this.#own?.identity;
  }

  /** How many callers' clients are kept. */
  get userClients(): number {
    return this.#userClients.size;
  }

  sqlUse(): SqlUse {
    return this.#sql.use();
  }

  /** Throws UNAUTHENTICATED if the gateway has no identity here. */
  asOwn(): Authentication {
    if (this.#own === undefined) {
      throw new OperationError(
        "UNAUTHENTICATED",
        `The gateway has no identity of its own at the workspace "${this.config.name}": send a Databricks token.`,
      );
    }
    return { who: this.#own.identity, client: this.#own.client, workspace: this };
  }

  /** Makes no call: a token that is no good fails at Databricks. */
  asUser(token: string): Authentication {
    const who: UserIdentity = { kind: "user", credentials: { token } };
    const client = this.#clientOf(who, () => {
      const redactToken = createRedactor([new URL(this.config.origin).host], [token]);
      return this.#createClient(who, fixedCredential(token), (text) => redactToken(this.#parts.redact(text)));
    });
    return { who, client, workspace: this };
  }

  /** The person who has the session. `sessions` keeps its tokens. */
  asSession({ key, session }: OpenSession, sessions: Sessions): Authentication {
    const who: SessionIdentity = {
      kind: "session",
      credentials: { session: key },
      userName: session.userName,
      groups: session.groups,
    };
    const client = this.#clientOf(who, () => {
      const redactTokens = sessions.redactorOf(key);
      const redact: Redactor = (text) => redactTokens(this.#parts.redact(text));
      return this.#createClient(who, sessions.credentialOf(key), redact);
    });
    return { who, client, workspace: this };
  }

  /** Whom a caller's JWT is exchanged for. Makes no call: a JWT that Databricks refuses fails with the operation's first call. */
  asFederated(subject: SubjectToken): Authentication {
    const { jwt, clientId } = subject;
    const digest = createHash("sha256").update(jwt).digest("base64url");
    const who: FederatedIdentity = { kind: "federated", credentials: { subject: digest, clientId } };
    const client = this.#clientOf(who, () => {
      const { redact } = this.#parts;
      this.#loginService ??= new LoginService(this.transport, redact);
      const credential = new FederatedCredential(subject, this.#loginService);
      return this.#createClient(who, credential, (text) => credential.redact(redact(text)));
    });
    return { who, client, workspace: this };
  }

  /** Closes what a session that has ended has open. */
  async forget({ who }: Authentication): Promise<void> {
    const key = identityKey(who);
    this.#userClients.delete(key);
    await this.#sql.retire(key);
  }

  #clientOf(who: Identity, create: () => WorkspaceClient): WorkspaceClient {
    const key = identityKey(who);
    const known = this.#userClients.get(key);
    if (known !== undefined) return known;
    const client = create();
    this.#userClients.set(key, client);
    return client;
  }

  /**
   * Makes `identity` the gateway's own for all operations that start from now on; running operations keep the old one. Tries
   * the credential first: throws UNAUTHENTICATED, and changes nothing, if Databricks does not accept it.
   */
  async replaceOwn(identity: OwnIdentity): Promise<void> {
    const next = this.#createOwn(identity);
    await next.credential.prove();
    const old = this.#own;
    this.#own = next;
    if (old === undefined) return;
    old.credential.replaceBy(next.credential);
    await this.#sql.retire(identityKey(old.identity));
  }

  /** Lets the gateway's own identity take a new token of its platform, if there is one. */
  rereadOwnToken(): void {
    this.#own?.credential.rereadToken();
  }

  async close(): Promise<void> {
    // Closing the sessions needs tokens, which the transport fetches.
    await this.#sql.close();
    this.#userClients.clear();
    await Promise.all([this.transport.close(), this.#entraTransport?.close(), this.#storage.close()]);
  }

  /** To where the identity's tokens come from: the workspace itself, or Entra ID for its service principals. */
  #tokenTransport({ credentials }: OwnIdentity): Transport {
    const { azureLogin } = this.config;
    if (!("tenantId" in credentials) || azureLogin === undefined) return this.transport;
    this.#entraTransport ??= createTransport(azureLogin);
    return this.#entraTransport;
  }

  #createOwn(identity: OwnIdentity): Own {
    const { redact, rereadSettings } = this.#parts;
    const credential = new OwnCredential(identity, this.#tokenTransport(identity), redact, rereadSettings);
    return { identity, credential, client: this.#createClient(identity, credential, redact) };
  }

  #createClient(identity: Identity, credential: Credential, redact: Redactor): WorkspaceClient {
    const budget = this.#budget;
    const sqlIdentity = { address: this.config, identityKey: identityKey(identity), credential, budget };
    return {
      api: new GatewayApiClient(this.transport, credential, authTypeOf(identity.credentials), redact),
      kind: this.config.kind,
      storage: this.#storage,
      putBytesMax: this.#parts.putBytesMax,
      warehousePath: this.config.httpPath,
      query: (query, signal) => this.#sql.query(sqlIdentity, query, redact, signal),
      readStored: (stored, options, context) =>
        this.#sql.readStored(stored, options, { ...context, storage: this.#storage, budget }),
    };
  }
}

/** Databricks' name for the kind of login, which goes into the user agent. */
function authTypeOf(credentials: Identity["credentials"]) {
  if ("session" in credentials) return "databricks-cli";
  if ("token" in credentials) return "pat";
  return "tenantId" in credentials ? "azure-client-secret" : "oauth-m2m";
}
