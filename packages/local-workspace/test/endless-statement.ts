import { SqlError } from "@front-door/sql-engine";
import type { Engine, EngineSession } from "../src/sql/engine.ts";

const mark = "/* without end */";

/** The statement, marked so that it runs until its signal ends it. DuckDB would keep its threads busy until then; this one only waits. */
export const endlessly = (sql: string) => `${sql} ${mark}`;

export const endless = endlessly("SELECT 1");

/** The real engine, except for statements that are marked as endless. */
export async function withEndlessStatements(open: () => Promise<Engine>): Promise<Engine> {
  const engine = await open();
  return {
    openSession: (options) => withoutEnd(engine.openSession(options)),
    tableDropped: (...table) => engine.tableDropped(...table),
    catalogDropped: (catalogId) => engine.catalogDropped(catalogId),
    close: () => engine.close(),
  };
}

function withoutEnd(session: EngineSession): EngineSession {
  return {
    get catalog() {
      return session.catalog;
    },
    get schema() {
      return session.schema;
    },
    execute: (sql, options) =>
      sql.endsWith(mark) ? cancellation(options.signal) : session.execute(sql, options),
    close: () => session.close(),
  };
}

function cancellation(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const cancel = () => reject(new SqlError("OPERATION_CANCELED", "Operation has been canceled."));
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}
