import type { ResultFormat } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { StatementRequest } from "./run-statement.ts";
import type { CellOptions } from "./serialize/cell-writers.ts";
import type { ReplyPieces } from "./serialize/query-result.ts";
import type * as Sql from "./sql.ts";
import type { SqlClients, SqlIdentity } from "./sql-clients.ts";

type SqlModule = typeof Sql;

export interface SqlQuery extends StatementRequest, CellOptions {
  readonly httpPath: string;
  readonly format: ResultFormat;
}

/**
 * The door to everything else in this folder, which is loaded with the driver when the first statement comes: it costs
 * a third of a second and 46 MB, and many installations never run one.
 */
export class LazySql {
  #loaded: Promise<{ readonly module: SqlModule; readonly clients: SqlClients }> | undefined;

  /** The pieces of the reply's body; see `runStatement` and `replyPieces`. */
  async query(
    identity: SqlIdentity,
    { httpPath, format, ...query }: SqlQuery,
    redact: Redactor,
    signal: AbortSignal,
  ): Promise<ReplyPieces> {
    const { module, clients } = await this.#load();
    const client = clients.get(identity, httpPath);
    const result = await module.runStatement(client, query, signal, redact);
    return module.replyPieces(result, format, query);
  }

  /** See {@link SqlClients.retire}. */
  async retire(identityKey: string): Promise<void> {
    (await this.#loaded)?.clients.retire(identityKey);
  }

  async close(): Promise<void> {
    await (await this.#loaded)?.clients.close();
  }

  #load() {
    this.#loaded ??= import("./sql.ts").then((module) => ({ module, clients: new module.SqlClients() }));
    return this.#loaded;
  }
}
