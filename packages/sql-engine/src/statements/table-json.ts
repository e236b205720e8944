import type { ColumnEntry, TableEntry } from "../catalog-source.ts";
import { declaredTypeFromText } from "../syntax/type-from-text.ts";
import type { DataType } from "../types/data-type.ts";

/** The document of DESCRIBE TABLE EXTENDED … AS JSON, with the fields that a local table has. */
export function tableJson(path: readonly string[], entry: TableEntry): string {
  const [catalog, schema, table] = path;
  return JSON.stringify({
    table_name: table,
    catalog_name: catalog,
    namespace: [schema],
    schema_name: schema,
    columns: entry.columns.map(columnJson),
    ...(entry.partitionColumns === undefined ? {} : { partition_columns: entry.partitionColumns }),
    ...(entry.clusterColumns === undefined ? {} : { clustering_columns: entry.clusterColumns }),
    owner: entry.owner,
    created_time: entry.createdAt === undefined ? undefined : new Date(entry.createdAt).toISOString(),
    last_access: "UNKNOWN",
    created_by: entry.createdBy,
    type: entry.tableType,
    ...(entry.tableType === "VIEW" ? { view_text: entry.viewDefinition } : { provider: "delta" }),
    comment: entry.comment,
    table_properties: entry.properties,
  });
}

function columnJson({ name, typeText, nullable, comment, defaultText }: ColumnEntry): object {
  return { name, type: typeJson(declaredTypeFromText(typeText)), comment, nullable, default: defaultText };
}

function typeJson(type: DataType): object {
  switch (type.kind) {
    case "array":
      return { name: "array", element_type: typeJson(type.element), element_nullable: true };
    case "map":
      return {
        name: "map",
        key_type: typeJson(type.key),
        value_type: typeJson(type.value),
        value_nullable: true,
      };
    case "struct":
      return {
        name: "struct",
        fields: type.fields.map((field) => ({ ...field, type: typeJson(field.type) })),
      };
    case "decimal":
      return { name: "decimal", precision: type.precision, scale: type.scale };
    case "string":
      if (type.length === undefined) return { name: "string", collation: "UTF8_BINARY" };
      return { name: type.fixed === true ? "char" : "varchar", length: type.length };
    case "timestamp":
      return { name: "timestamp_ltz" };
    case "interval_ym":
    case "interval_dt":
      return { name: "interval", start_unit: type.from.toLowerCase(), end_unit: type.to.toLowerCase() };
    default:
      return { name: type.kind };
  }
}
