import type { ColumnEntry, TableConstraint, TableEntry } from "../catalog-source.ts";
import { SqlError } from "../sql-error.ts";
import type { StatementRun } from "../statement-run.ts";
import type { DroppedConstraint, KeyDefinition } from "../syntax/statement-ast.ts";
import { findTable } from "../translate/named-table.ts";

type Table = Pick<TableEntry, "columns" | "constraints">;

export const primaryKey = ({
  constraints = [],
}: Pick<TableEntry, "constraints">): TableConstraint | undefined =>
  constraints.find((one) => one.parent === undefined);

/** The table's constraints with one more. Throws if the key does not fit the table or its parent. */
export function withKey(
  key: KeyDefinition,
  table: Table,
  path: readonly string[],
  run: StatementRun,
): TableConstraint[] {
  const { constraints = [] } = table;
  const added = constraintOf(key, table, path, run);
  if (added.parent === undefined && primaryKey(table) !== undefined)
    throw refusal(`The table \`${path.join("`.`")}\` has a primary key already.`);
  if (constraints.some((one) => sameName(one.name, added.name)))
    throw refusal(`The constraint \`${added.name}\` already exists.`);
  return [...constraints, added];
}

function constraintOf(
  key: KeyDefinition,
  table: Table,
  path: readonly string[],
  run: StatementRun,
): TableConstraint {
  const columns = columnsOf(key.columns, table.columns);
  const rely = key.rely ? { rely: true } : {};
  const own = path.at(-1) ?? "";
  if (key.parent === undefined) return { name: key.name ?? `${own}_pk`, columns, ...rely };
  const parentPath = run.path(key.parent.table);
  const isSelf = parentPath.join(".") === path.join(".");
  const parent = isSelf ? table : findTable(parentPath, run.translation, key.parent.table.at);
  const referred = primaryKey(parent)?.columns;
  if (referred === undefined)
    throw refusal(
      `The table \`${parentPath.join("`.`")}\` has no primary key that a foreign key could refer to.`,
    );
  const named = key.parent.columns.length === 0 ? referred : columnsOf(key.parent.columns, parent.columns);
  if (named.join() !== referred.join() || columns.length !== referred.length)
    throw refusal(`A foreign key to \`${parentPath.join("`.`")}\` must refer to (${referred.join(", ")}).`);
  const name = key.name ?? `${own}_${parentPath.at(-1)}_fk`;
  return { name, columns, parent: { table: parentPath, columns: referred }, ...rely };
}

/** The names as the table has them. Throws if one is missing or repeated. */
export function columnsOf(names: readonly string[], columns: readonly ColumnEntry[]): string[] {
  const found = names.map((name) => {
    const column = columns.find((one) => sameName(one.name, name));
    if (column !== undefined) return column.name;
    const known = columns.map((one) => `\`${one.name}\``).join(", ");
    const text = `A column with name \`${name}\` cannot be resolved. Did you mean one of the following? [${known}].`;
    throw new SqlError("UNRESOLVED_COLUMN.WITH_SUGGESTION", text);
  });
  if (new Set(found).size < found.length)
    throw new SqlError("COLUMN_ALREADY_EXISTS", `A column is named twice: ${found.join(", ")}.`);
  return found;
}

/** The constraints without the dropped one. Throws if it does not exist, or if CASCADE is missing to drop a referred key. */
export function withoutKey(
  dropped: { which: DroppedConstraint; ifExists: boolean; cascade: boolean },
  table: TableEntry,
): TableConstraint[] {
  const { constraints = [] } = table;
  const found = constraints.find((one) => isMeant(one, dropped.which));
  if (found !== undefined) return constraints.filter((one) => one !== found);
  if (dropped.ifExists) return constraints;
  throw refusal(`The constraint ${JSON.stringify(Object.values(dropped.which)[0])} does not exist.`);
}

function isMeant(constraint: TableConstraint, which: DroppedConstraint): boolean {
  if ("name" in which) return sameName(constraint.name, which.name);
  if ("primaryKey" in which) return constraint.parent === undefined;
  return (
    constraint.parent !== undefined &&
    constraint.columns.join().toLowerCase() === which.foreignKey.join().toLowerCase()
  );
}

/** Foreign keys of other tables that refer to this one, among the tables that the principal may see. */
export function referringKeys(
  path: readonly string[],
  run: StatementRun,
): { path: string[]; entry: TableEntry }[] {
  const { source, principal } = run;
  const [catalog = ""] = path;
  return source.schemas(principal, catalog).flatMap((schema) =>
    source
      .tables(principal, catalog, schema.name)
      .filter(({ constraints = [] }) =>
        constraints.some((one) => one.parent?.table.join(".") === path.join(".")),
      )
      .map((entry) => ({ path: [catalog, schema.name, entry.name], entry })),
  );
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Databricks' error classes for keys were not found. */
const refusal = (text: string): SqlError => new SqlError("INVALID_PARAMETER_VALUE", text);
