import type { TableConstraint, TableEntry } from "../catalog-source.ts";

const name = (part: string): string =>
  /^[A-Za-z_]\w*$/.test(part) ? part : `\`${part.replaceAll("`", "``")}\``;
const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The result of SHOW CREATE TABLE: a statement that creates the table or view again. */
export function createTableText(path: readonly string[], entry: TableEntry): string {
  const full = path.map(name).join(".");
  const comment = (text: string | undefined) => (text === undefined ? "" : ` COMMENT ${quoted(text)}`);
  if (entry.tableType === "VIEW") {
    const columns = entry.columns
      .map((column) => `  ${name(column.name)}${comment(column.comment)}`)
      .join(",\n");
    return `CREATE VIEW ${full} (\n${columns})\nAS ${entry.viewDefinition ?? ""}\n`;
  }
  const columns = entry.columns.map((column) => {
    const constraint = column.nullable ? "" : " NOT NULL";
    const otherwise = column.defaultText === undefined ? "" : ` DEFAULT ${column.defaultText}`;
    return `  ${name(column.name)} ${column.typeText.toUpperCase()}${constraint}${otherwise}${comment(column.comment)}`;
  });
  const keys = (entry.constraints ?? []).map((one) => `  CONSTRAINT ${name(one.name)} ${keyText(one)}`);
  const properties = Object.entries(entry.properties ?? {}).map(
    ([key, value]) => `  ${quoted(key)} = ${quoted(value)}`,
  );
  const about = entry.comment === undefined ? "" : `COMMENT ${quoted(entry.comment)}\n`;
  const last = properties.length === 0 ? "" : `TBLPROPERTIES (\n${properties.join(",\n")})\n`;
  const elements = [...columns, ...keys].join(",\n");
  return `CREATE TABLE ${full} (\n${elements})\nUSING delta\n${layout(entry)}${about}${last}`;
}

const quotedName = (one: string): string => `\`${one.replaceAll("`", "``")}\``;
const nameList = (names: string[]): string => `(${names.map(quotedName).join(", ")})`;

/** `PRIMARY KEY (a)` or `FOREIGN KEY (a) REFERENCES t (b)`, as in a statement. */
export function keyText({ columns, parent, rely }: TableConstraint): string {
  const options = rely === true ? " RELY" : "";
  if (parent === undefined) return `PRIMARY KEY ${nameList(columns)}${options}`;
  const table = parent.table.map(quotedName).join(".");
  return `FOREIGN KEY ${nameList(columns)} REFERENCES ${table} ${nameList(parent.columns)}${options}`;
}

function layout({ partitionColumns = [], clusterColumns = [] }: TableEntry): string {
  if (partitionColumns.length > 0) return `PARTITIONED BY (${partitionColumns.map(name).join(", ")})\n`;
  return clusterColumns.length > 0 ? `CLUSTER BY (${clusterColumns.map(name).join(", ")})\n` : "";
}
