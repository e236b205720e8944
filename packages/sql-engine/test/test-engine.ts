import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlEngine } from "../src/open-sql-engine.ts";
import type { ExecuteOptions, Session } from "../src/session.ts";
import type { SqlEngine } from "../src/sql-engine.ts";
import type { StatementResult } from "../src/statement-result.ts";
import { arrowValue } from "./arrow-value.ts";
import { MemoryCatalogSource } from "./memory-catalog-source.ts";

export interface TestEngine {
  engine: SqlEngine;
  source: MemoryCatalogSource;
  dir: string;
  close(): Promise<void>;
}

export async function openTestEngine(): Promise<TestEngine> {
  const dir = await mkdtemp(join(tmpdir(), "sql-engine-"));
  const volumesRoot = join(dir, "volumes");
  await mkdir(volumesRoot);
  const source = new MemoryCatalogSource(volumesRoot);
  const engine = await openSqlEngine({ dir: join(dir, "sql"), volumesRoot, source });
  return {
    engine,
    source,
    dir,
    close: async () => {
      await engine.close();
      await rm(dir, { recursive: true });
    },
  };
}

export interface Answer {
  names: string[];
  types: string[];
  rows: unknown[][];
}

/** The whole result, with exact values: BIGINT and DECIMAL as text, bytes as hex. */
export async function readAll(result: StatementResult): Promise<Answer> {
  const rows: unknown[][] = [];
  for await (const batch of result.batches) {
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(result.columns.map((_, i) => arrowValue(batch.getChildAt(i), row)));
    }
  }
  return {
    names: result.columns.map((column) => column.name),
    types: result.columns.map((column) => column.typeText),
    rows,
  };
}

export async function query(session: Session, sql: string, options?: ExecuteOptions): Promise<Answer> {
  return readAll(await session.execute(sql, options));
}
