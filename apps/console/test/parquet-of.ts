import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** The result of a statement as a Parquet file, as DuckDB writes it. */
export async function parquetOf(sql: string, options = ""): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), "front-door-parquet-"));
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  try {
    await connection.run(`COPY (${sql}) TO '${join(dir, "a.parquet")}' (FORMAT parquet${options})`);
    return await readFile(join(dir, "a.parquet"));
  } finally {
    connection.closeSync();
    database.closeSync();
    await rm(dir, { recursive: true });
  }
}
