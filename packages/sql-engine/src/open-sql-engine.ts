import type { SqlEngine, SqlEngineOptions } from "./sql-engine.ts";

/**
 * Opens the engine on its folder. Only one process at a time can have a folder open: DuckDB locks each file. DuckDB is
 * loaded here rather than with the package, since it takes longer to load than everything else and may never be needed.
 */
export async function openSqlEngine(options: SqlEngineOptions): Promise<SqlEngine> {
  const { SqlEngine } = await import("./sql-engine.ts");
  return SqlEngine.open(options);
}
