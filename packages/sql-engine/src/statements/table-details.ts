import type { TableEntry } from "../catalog-source.ts";
import { declaredTypeFromText } from "../syntax/type-from-text.ts";
import type { Row } from "../translate/rows-query.ts";
import type { DataType } from "../types/data-type.ts";
import { typeText } from "../types/type-text.ts";
import { keyText } from "./create-table-text.ts";

/** The properties that a client sees: Databricks keeps the columns of CLUSTER BY in one, each as a path of names. */
export function shownProperties({
  properties = {},
  clusterColumns = [],
}: TableEntry): Record<string, string> {
  if (clusterColumns.length === 0) return properties;
  return { ...properties, clusteringColumns: JSON.stringify(clusterColumns.map((name) => [name])) };
}

/** What DESCRIBE shows below the columns: those that decide where a row is stored. */
export function layoutRows(entry: TableEntry): Row[] {
  const { partitionColumns = [], clusterColumns = [], columns } = entry;
  const names = partitionColumns.length > 0 ? partitionColumns : clusterColumns;
  if (names.length === 0) return [];
  const title = partitionColumns.length > 0 ? "# Partition Information" : "# Clustering Information";
  const described = columns.filter(({ name }) => names.includes(name));
  return [
    [title, "", ""],
    ["# col_name", "data_type", "comment"],
    ...described.map((column): Row => [column.name, column.typeText, column.comment ?? null]),
  ];
}

/** What DESCRIBE EXTENDED shows of a table below that. */
export function detailRows(path: readonly string[], entry: TableEntry): Row[] {
  const rows: Row[] = [
    ["", "", ""],
    ["# Detailed Table Information", "", ""],
    ...facts(path, entry).map(([name, value]): Row => [name, value, ""]),
  ];
  const { constraints = [] } = entry;
  if (constraints.length === 0) return rows;
  const keys = constraints.map((one): Row => [one.name, keyText(one), ""]);
  return [...rows, ["", "", ""], ["# Constraints", "", ""], ...keys];
}

const optional = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]];

function facts(
  [catalog = "", schema = "", table = ""]: readonly string[],
  entry: TableEntry,
): [string, string][] {
  const { createdAt, createdBy, owner, tableType, comment, viewDefinition } = entry;
  const properties = Object.entries(shownProperties(entry)).map(([key, value]) => `${key}=${value}`);
  return [
    ["Catalog", catalog],
    ["Database", schema],
    ["Table", table],
    ...optional("Created Time", createdAt === undefined ? undefined : new Date(createdAt).toUTCString()),
    ["Last Access", "UNKNOWN"],
    ...optional("Created By", createdBy),
    ["Owner", owner ?? ""],
    ["Type", tableType],
    ...optional("Comment", comment),
    ...(tableType === "VIEW" ? optional("View Text", viewDefinition ?? "") : optional("Provider", "delta")),
    ...(properties.length === 0 ? [] : optional("Table Properties", `[${properties.join(",")}]`)),
  ];
}

/** The column `information` of SHOW TABLE EXTENDED: the same facts, and the schema as a tree. */
export function tableInformation(path: readonly string[], entry: TableEntry): string {
  const lines = facts(path, entry).map(([name, value]) => `${name}: ${value}`);
  const partitions = entry.partitionColumns ?? [];
  if (partitions.length > 0)
    lines.push(
      "Partition Provider: Catalog",
      `Partition Columns: [${partitions.map((one) => `\`${one}\``).join(", ")}]`,
    );
  const tree = entry.columns.flatMap(({ name, typeText: text, nullable }) =>
    treeLines(` |-- ${name}: `, declaredTypeFromText(text), `nullable = ${nullable}`, " |    "),
  );
  return `${[...lines, "Schema: root", ...tree].join("\n")}\n\n`;
}

const TREE_NAMES: Partial<Record<DataType["kind"], string>> = {
  tinyint: "byte",
  smallint: "short",
  int: "integer",
  bigint: "long",
};

/** Spark's treeString of a type, with the types below it on lines of their own. */
function treeLines(start: string, type: DataType, about: string, indent: string): string[] {
  const below = (name: string, of: DataType, aboutIt: string) =>
    treeLines(`${indent}|-- ${name}: `, of, aboutIt, `${indent}|    `);
  const isNested = type.kind === "array" || type.kind === "map" || type.kind === "struct";
  const own = `${start}${isNested ? type.kind : (TREE_NAMES[type.kind] ?? typeText(type))} (${about})`;
  switch (type.kind) {
    case "array":
      return [own, ...below("element", type.element, "containsNull = true")];
    case "map":
      return [
        own,
        ...below("key", type.key, ""),
        ...below("value", type.value, "valueContainsNull = true"),
      ].map((line) => line.replace(/ \(\)$/, ""));
    case "struct":
      return [
        own,
        ...type.fields.flatMap((field) => below(field.name, field.type, `nullable = ${field.nullable}`)),
      ];
    default:
      return [own];
  }
}
