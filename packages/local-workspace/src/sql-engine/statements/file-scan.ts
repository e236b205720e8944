import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../duckdb/quote.ts";
import { runOne } from "../duckdb/result-stream.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { cast } from "../translate/cast.ts";
import type { FileScan } from "../translate/translation.ts";
import { typed } from "../translate/typed.ts";
import { type DataType, STRING } from "../types/data-type.ts";
import { sparkType } from "../types/spark-type.ts";

const KNOWN = new Set([
  "format",
  "header",
  "delimiter",
  "sep",
  "quote",
  "escape",
  "nullvalue",
  "inferschema",
  "schema",
  "multiline",
  "mergeschema",
  "encoding",
  "charset",
  "inferColumnTypes".toLowerCase(),
  "recursivefilelookup",
]);

/** A scan of files with DuckDB's reader. Options that it cannot follow exactly are refused. */
export async function scanFiles(
  files: string[],
  given: Record<string, string>,
  connection: DuckDBConnection,
): Promise<FileScan> {
  const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]));
  for (const key of Object.keys(options))
    if (!KNOWN.has(key)) throw unsupported("FILE_OPTION", `the option ${key}`);
  const format = (options.format ?? formatOf(files)).toLowerCase();
  const list = `[${files.map(quoteText).join(", ")}]`;
  const encoding = (options.encoding ?? options.charset ?? "UTF-8").toUpperCase();
  if (encoding !== "UTF-8") throw unsupported("FILE_ENCODING", `the encoding ${encoding}`);
  const reader =
    format === "csv"
      ? csvReader(list, options)
      : format === "json"
        ? jsonReader(list, options)
        : format === "parquet"
          ? `read_parquet(${list}, union_by_name = true)`
          : undefined;
  if (reader === undefined) throw unsupported("FILE_FORMAT", `the file format ${format}`);
  const found = await describe(reader, connection);
  const schema = options.schema === undefined ? undefined : schemaFields(options.schema);
  const sql = `${reader} AS files`;
  if (schema === undefined)
    return { sql, columns: found.map(({ name, type }) => ({ name, type, sql: convert(name, type, type) })) };
  return {
    sql,
    columns: schema.map((field, i) => {
      // A CSV file without a header has no names: its columns go by their place.
      const column =
        found.find((one) => one.name.toLowerCase() === field.name.toLowerCase()) ??
        (format === "csv" && !isTrue(options.header) ? found[i] : undefined);
      return {
        name: field.name,
        type: field.type,
        sql:
          column === undefined
            ? cast(typed("NULL", { kind: "void" }), field.type).sql
            : convert(column.name, column.type, field.type),
      };
    }),
  };
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";
const convert = (name: string, from: DataType, to: DataType): string =>
  cast(typed(quoteName(name), from), to, true).sql;

function formatOf(files: string[]): string {
  const [first = ""] = files;
  const extension = /\.(csv|json|jsonl|ndjson|parquet)(\.gz|\.zst)?$/i.exec(first)?.[1]?.toLowerCase();
  if (extension === undefined)
    throw new SqlError(
      "UNABLE_TO_INFER_SCHEMA",
      "Unable to infer the format of the files: give the option format.",
    );
  return extension === "csv" || extension === "parquet" ? extension : "json";
}

/** Everything is text unless the schema is inferred: Databricks' default for read_files is to infer, Spark's is not. */
function csvReader(list: string, options: Record<string, string>): string {
  const parts = [
    list,
    `header = ${options.header === undefined ? "true" : String(isTrue(options.header))}`,
    `all_varchar = ${String(options.schema !== undefined || options.inferschema?.toLowerCase() === "false")}`,
  ];
  const delimiter = options.delimiter ?? options.sep ?? ",";
  parts.push(
    `delim = ${quoteText(delimiter)}`,
    `quote = ${quoteText(options.quote ?? '"')}`,
    `escape = ${quoteText(options.escape ?? '"')}`,
  );
  parts.push(
    `nullstr = ${quoteText(options.nullvalue ?? "")}`,
    "union_by_name = true",
    "strict_mode = true",
    "null_padding = true",
  );
  return `read_csv(${parts.join(", ")})`;
}

function jsonReader(list: string, options: Record<string, string>): string {
  const format = isTrue(options.multiline) ? "auto" : "newline_delimited";
  return `read_json(${list}, format = '${format}', union_by_name = true, map_inference_threshold = -1, maximum_object_size = 67108864)`;
}

async function describe(
  reader: string,
  connection: DuckDBConnection,
): Promise<{ name: string; type: DataType }[]> {
  const result = await runOne(connection, `SELECT * FROM ${reader} LIMIT 0`);
  return result.columnNames().map((name, i) => ({ name, type: sparkType(String(result.columnType(i))) }));
}

function schemaFields(schema: string): { name: string; type: DataType }[] {
  const tokens = tokensOf(`STRUCT<${schema}>`);
  const type = parseType(tokens);
  if (type.kind !== "struct" || tokens.peek().kind !== "end") throw tokens.error();
  return type.fields.map(({ name, type: field }) => ({
    name,
    type: field.kind === "string" ? STRING : field,
  }));
}
