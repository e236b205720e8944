import { access } from "node:fs/promises";
import { ApiError } from "../http/api-error.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { type Securable, TITLES } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import type { Privileges } from "./privileges.ts";

/** Removes what `find` finds, all below it and its files; 400 `*_NOT_EMPTY` without force. */
export async function removeSecurable(
  workspace: Workspace,
  find: (state: MetastoreState) => Securable,
  rights: (state: MetastoreState) => Privileges,
  force: boolean,
): Promise<void> {
  let before = workspace.metastore.state;
  const gone = await workspace.metastore.change((draft) => {
    const target = find(draft);
    before = draft.copy();
    rights(draft).requireOwner(target);
    if (!force) requireEmpty(draft, target);
    return draft.remove(target);
  });
  // After the metadata: a crash in between leaves folders that nobody sees and that the next start removes.
  for (const one of gone) {
    if (one.kind === "volume") await workspace.folder.removeVolume(one.id);
  }
  await dropRows(workspace, gone, before);
}

/** The rows of tables, when SQL ever made any. */
async function dropRows(
  { folder, sql }: Workspace,
  gone: Securable[],
  before: MetastoreState,
): Promise<void> {
  const data = gone.filter(
    (one) => one.kind === "catalog" || (one.kind === "table" && one.tableType === "MANAGED"),
  );
  if (data.length === 0 || !(await exists(folder.sqlDir))) return;
  const engine = await sql.engine();
  const catalogs = new Set(data.filter((one) => one.kind === "catalog").map((one) => one.id));
  for (const id of catalogs) await engine.catalogDropped(id);
  for (const one of data) {
    const catalogId = before.ancestry(one).at(-1)?.id ?? "";
    if (!catalogs.has(catalogId)) await engine.tableDropped(catalogId, one.id);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function requireEmpty(state: MetastoreState, target: Securable): void {
  const title = `${TITLES[target.kind]} '${state.fullName(target)}'`;
  const schemas = state.children(target.id, "schema").length;
  if (target.kind === "catalog" && schemas > 0) {
    throw new ApiError(
      400,
      "CATALOG_NOT_EMPTY",
      `${title} is not empty. The catalog has ${schemas} schema(s)`,
    );
  }
  const tables = state.children(target.id, "table").length;
  const volumes = state.children(target.id, "volume").length;
  if (target.kind === "schema" && tables + volumes > 0) {
    throw new ApiError(
      400,
      "SCHEMA_NOT_EMPTY",
      `${title} is not empty. The schema has ${tables} tables(s), 0 functions(s), ${volumes} volumes(s)`,
    );
  }
}
