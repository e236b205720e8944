import type { TableEntry } from "../catalog-source.ts";

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
  const properties = Object.entries(entry.properties ?? {}).map(
    ([key, value]) => `  ${quoted(key)} = ${quoted(value)}`,
  );
  const about = entry.comment === undefined ? "" : `COMMENT ${quoted(entry.comment)}\n`;
  const last = properties.length === 0 ? "" : `TBLPROPERTIES (\n${properties.join(",\n")})\n`;
  return `CREATE TABLE ${full} (\n${columns.join(",\n")})\nUSING delta\n${about}${last}`;
}
