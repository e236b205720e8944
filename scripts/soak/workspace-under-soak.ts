import type { CredentialChange, Fault } from "@front-door/local-workspace";

/** What is open at the local workspace now. */
export interface OpenAtWorkspace {
  readonly statements: number;
  readonly sessions: number;
}

/** The local workspace beside the product: its controls, and the truth that replies are held against. */
export class WorkspaceUnderSoak {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Replaces whatever fault was ordered before. */
  async setFault(fault: Fault): Promise<void> {
    await this.clearFaults();
    await this.#control("POST", "faults", fault);
  }

  async clearFaults(): Promise<void> {
    await this.#control("DELETE", "faults");
  }

  async changeCredentials(change: CredentialChange): Promise<void> {
    await this.#control("POST", "credentials", change);
  }

  /** As a SQL warehouse that restarts. */
  async loseSqlSessions(): Promise<void> {
    await this.#control("DELETE", "sql-sessions");
  }

  /** Also forgets what the workspace has recorded, which would be all that grows in it. */
  async open(): Promise<OpenAtWorkspace> {
    const { openStatements, openSqlSessions } = (await this.#control("GET", "statements")) as {
      openStatements: number;
      openSqlSessions: number;
    };
    await this.#control("DELETE", "statements");
    await this.#control("DELETE", "requests");
    return { statements: openStatements, sessions: openSqlSessions };
  }

  /** A token of a service principal. */
  async signIn(principal: { applicationId: string; clientSecret: string }): Promise<string> {
    const credential = Buffer.from(`${principal.applicationId}:${principal.clientSecret}`).toString("base64");
    const reply = await fetch(`${this.url}/oidc/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${credential}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }),
    });
    return ((await reply.json()) as { access_token: string }).access_token;
  }

  /** A page or an object of the REST API, as the owner of this token; `missing` in place of one that is not there. */
  async get(path: string, token: string, missing?: object): Promise<unknown> {
    const reply = await fetch(this.url + path, { headers: { authorization: `Bearer ${token}` } });
    if (reply.status === 404 && missing !== undefined) return missing;
    if (!reply.ok) throw new Error(`the local workspace returned ${reply.status} for ${path}`);
    return reply.json();
  }

  /** The rows of a statement, as texts. */
  async rows(statement: string, token: string): Promise<(string | null)[][]> {
    const reply = await fetch(`${this.url}/api/2.0/sql/statements`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ statement, warehouse_id: await this.#warehouse(token), wait_timeout: "50s" }),
    });
    const answer = (await reply.json()) as {
      status: { state: string };
      result?: { data_array?: (string | null)[][]; next_chunk_index?: number };
    };
    if (answer.status?.state !== "SUCCEEDED" || answer.result?.next_chunk_index !== undefined) {
      throw new Error(
        `the local workspace did not run it in one chunk: ${JSON.stringify(answer).slice(0, 500)}`,
      );
    }
    return answer.result?.data_array ?? [];
  }

  async #warehouse(token: string): Promise<string | undefined> {
    const { warehouses } = (await this.get("/api/2.0/sql/warehouses", token)) as {
      warehouses: { id: string; state: string }[];
    };
    return (warehouses.find(({ state }) => state === "RUNNING") ?? warehouses[0])?.id;
  }

  async #control(method: string, what: string, order?: object): Promise<unknown> {
    const init = order === undefined ? { method } : { method, body: JSON.stringify(order) };
    const reply = await fetch(`${this.url}/_local/${what}`, init);
    if (!reply.ok)
      throw new Error(`${method} /_local/${what} returned ${reply.status}: ${await reply.text()}`);
    return reply.json();
  }
}
