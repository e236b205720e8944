import type { Change, TableEntry } from "../catalog-source.ts";
import { SqlError } from "../sql-error.ts";
import type { StatementRun } from "../statement-run.ts";
import type { AlterAction } from "../syntax/statement-ast.ts";
import { columnsOf, primaryKey, referringKeys, withKey, withoutKey } from "./table-keys.ts";

type TableAction = Extract<AlterAction, { kind: "add_constraint" | "drop_constraint" | "cluster_by" }>;

/** The change of a table's metadata that an action asks for. Throws if the table does not allow it. */
export async function tableChange(
  table: TableEntry,
  path: readonly string[],
  action: TableAction,
  run: StatementRun,
): Promise<Change> {
  switch (action.kind) {
    case "cluster_by":
      return { clusterColumns: columnsOf(action.columns, table.columns) };
    case "add_constraint": {
      const constraints = withKey(action.key, table, path, run);
      const nullable = table.columns.find(
        ({ name, nullable: isNullable }) => isNullable && primaryKey({ constraints })?.columns.includes(name),
      );
      if (nullable !== undefined)
        throw new SqlError(
          "INVALID_PARAMETER_VALUE",
          `Cannot create the primary key because its child column(s) \`${nullable.name}\` is nullable. Please change the column nullability and retry.`,
        );
      return { constraints };
    }
    case "drop_constraint": {
      const constraints = withoutKey(action, table);
      const losesKey = primaryKey(table) !== undefined && primaryKey({ constraints }) === undefined;
      if (losesKey) await dropReferringKeys(path, action.cascade, run);
      return { constraints };
    }
  }
}

/** Without CASCADE, a primary key that foreign keys refer to stays. */
async function dropReferringKeys(
  path: readonly string[],
  cascade: boolean,
  run: StatementRun,
): Promise<void> {
  const referring = referringKeys(path, run);
  if (referring.length > 0 && !cascade)
    throw new SqlError(
      "INVALID_PARAMETER_VALUE",
      `The primary key is referred to by \`${referring[0]?.path.join("`.`")}\`. Use CASCADE to drop its foreign key too.`,
    );
  for (const { path: at, entry } of referring) {
    const constraints = (entry.constraints ?? []).filter(
      (one) => one.parent?.table.join(".") !== path.join("."),
    );
    await run.source.update(run.principal, "TABLE", at, { constraints });
  }
}
