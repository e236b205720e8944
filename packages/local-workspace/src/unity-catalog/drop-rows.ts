import { access } from "node:fs/promises";
import type { Workspace } from "../workspace.ts";
import type { Removed } from "./securable-changes.ts";

/** Deletes the rows of what REST removed, if SQL ever stored any. DROP statements do so themselves. */
export async function dropRows({ folder, sql }: Workspace, { gone, catalogId }: Removed): Promise<void> {
  const isCatalog = gone.some((one) => one.kind === "catalog");
  const tables = gone.filter((one) => one.kind === "table" && one.tableType === "MANAGED");
  if ((!isCatalog && tables.length === 0) || !(await exists(folder.sqlDir))) return;
  const engine = await sql.engine();
  if (isCatalog) return engine.catalogDropped(catalogId);
  for (const table of tables) await engine.tableDropped(catalogId, table.id);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
