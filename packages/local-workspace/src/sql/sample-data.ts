import { access, writeFile } from "node:fs/promises";
import { SAMPLE_TABLES, SqlError } from "@front-door/sql-engine";
import type { Engine } from "./engine.ts";

const ABSENT = new Set(["CATALOG_NOT_FOUND", "SCHEMA_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND"]);

/**
 * Fills the seed's sample tables with rows, once in the life of a state folder: the file `marker` says that it was done.
 * A table that was dropped stays dropped.
 */
export async function fillSampleTables(engine: Engine, owner: string, marker: string): Promise<void> {
  const isDone = await access(marker).then(
    () => true,
    () => false,
  );
  if (isDone) return;
  const session = engine.openSession({ principal: owner });
  try {
    for (const { name, query } of SAMPLE_TABLES) {
      try {
        const result = await session.execute(`INSERT OVERWRITE samples.${name} ${query}`, {});
        await result.close();
      } catch (error) {
        if (!(error instanceof SqlError) || !ABSENT.has(error.errorClass)) throw error;
      }
    }
  } finally {
    await session.close();
  }
  await writeFile(marker, "");
}
