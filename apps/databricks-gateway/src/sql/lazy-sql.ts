import type { Redactor } from "@front-door/service-runtime";
import type { ReplyPieces } from "./serialize/query-result.ts";
import type { ReplyOptions } from "./serialize/reply-pieces.ts";
import type { SqlClients, SqlIdentity, SqlQuery, SqlUse } from "./sql-clients.ts";
import type { ResultReading, StoredResult } from "./stored-result.ts";

/**
 * Loads the rest of this folder, and the driver, with the first statement: that takes a third of a second and 46 MB, and
 * many installations never run one.
 */
export class LazySql {
  readonly #callerSharePercent: number;
  #clients: Promise<SqlClients> | undefined;
  #loaded: SqlClients | undefined;

  constructor(callerSharePercent: number) {
    this.#callerSharePercent = callerSharePercent;
  }

  /** See {@link SqlClients.query}. */
  async query(
    identity: SqlIdentity,
    query: SqlQuery,
    redact: Redactor,
    signal: AbortSignal,
  ): Promise<ReplyPieces> {
    this.#clients ??= import("./sql-clients.ts").then(
      ({ SqlClients }) => (this.#loaded = new SqlClients(this.#callerSharePercent)),
    );
    return (await this.#clients).query(identity, query, redact, signal);
  }

  /** The rows of a statement whose result is kept in cloud storage, as the body of the reply. Throws OperationErrors. */
  async readStored(
    stored: StoredResult,
    options: ReplyOptions,
    reading: ResultReading,
  ): Promise<ReplyPieces> {
    const { openStoredResult } = await import("./stored-result.ts");
    const { replyPieces } = await import("./serialize/reply-pieces.ts");
    return replyPieces(await openStoredResult(stored, reading), options);
  }

  use(): SqlUse {
    return this.#loaded?.use() ?? { statements: 0, idleSessions: 0 };
  }

  /** See {@link SqlClients.retire}. */
  async retire(identityKey: string): Promise<void> {
    (await this.#clients)?.retire(identityKey);
  }

  async close(): Promise<void> {
    await (await this.#clients)?.close();
  }
}
