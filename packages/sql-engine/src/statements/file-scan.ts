import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../duckdb/quote.ts";
import { runOne } from "../duckdb/result-stream.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { cast } from "../translate/cast.ts";
import type { FileScan } from "../translate/translation.ts";
import { raise, typed } from "../translate/typed.ts";
import { type DataType, STRING } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sparkType } from "../types/spark-type.ts";
import { csvTypes } from "./csv-types.ts";

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

/** A scan of files with DuckDB's reader. Options that it cannot honour exactly are refused. */
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
  const unnamed = format === "csv" && options.header !== undefined && !isTrue(options.header);
  const schema = options.schema === undefined ? undefined : schemaFields(options.schema);
  const guessed = await describe(reader, connection, unnamed);
  const inferred = format === "csv" && schema === undefined && !isFalse(options.inferschema);
  const found =
    format === "json"
      ? guessed.map((column) => asSparkReads(column, schema))
      : inferred
        ? await inferCsv(guessed, reader, connection)
        : guessed;
  const sql = `${format === "json" ? jsonReader(list, options, found) : reader} AS files`;
  if (schema === undefined)
    return { sql, columns: found.map(({ name, type, value }) => ({ name, type, sql: value })) };
  return {
    sql,
    columns: schema.map((field, i) => {
      // A CSV file without a header has no column names, so they go by position.
      const column =
        found.find((one) => one.name.toLowerCase() === field.name.toLowerCase()) ??
        (format === "csv" && !isTrue(options.header) ? found[i] : undefined);
      return {
        name: field.name,
        type: field.type,
        sql:
          column === undefined
            ? cast(typed("NULL", { kind: "void" }), field.type).sql
            : cast(typed(column.value, column.type), field.type, true).sql,
      };
    }),
  };
}

async function inferCsv(
  columns: FileColumn[],
  reader: string,
  connection: DuckDBConnection,
): Promise<FileColumn[]> {
  const types = await csvTypes(
    reader,
    columns.map(({ value }) => value),
    connection,
  );
  return columns.map(({ name, value }, i) => {
    const type = types[i] ?? STRING;
    return { name, type, value: cast(typed(value, STRING), type).sql };
  });
}

const isFalse = (value: string | undefined): boolean => value?.toLowerCase() === "false";
const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";

function formatOf(files: string[]): string {
  const [first = ""] = files;
  const extension = /\.(csv|json|jsonl|ndjson|parquet)(\.gz|\.zst)?$/i.exec(first)?.[1]?.toLowerCase();
  if (extension === undefined)
    throw new SqlError(
      "UNABLE_TO_INFER_SCHEMA",
      "Unable to infer the format of the files. Set the option format.",
    );
  return extension === "csv" || extension === "parquet" ? extension : "json";
}

/** Reads every column as text. The schema or csvTypes decides on their types. */
function csvReader(list: string, options: Record<string, string>): string {
  const parts = [
    list,
    `header = ${options.header === undefined ? "true" : String(isTrue(options.header))}`,
    "all_varchar = true",
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

/** Spark reads no JSON text as a date. A decimal is read from its digits, as far as DuckDB keeps them. */
function asSparkReads(
  column: FileColumn,
  schema: { name: string; type: DataType }[] | undefined,
): FileColumn {
  const wanted = schema?.find((field) => field.name.toLowerCase() === column.name.toLowerCase());
  const value = quoteName(column.name);
  if (wanted?.type.kind === "decimal") return { name: column.name, type: STRING, value: exactDigits(value) };
  return { name: column.name, type: withoutDates(column.type), value };
}

/** DuckDB reads a fraction in JSON as a double, which is exact only up to 15 digits. */
function exactDigits(value: string): string {
  const digits = `length(ltrim(regexp_replace(split_part(${value}, 'e', 1), '[^0-9]', '', 'g'), '0'))`;
  const failure = raise(
    "UNSUPPORTED_FEATURE.JSON_NUMBER",
    "The feature is not supported by the local SQL engine: a number in JSON with a fraction and more than 15 digits.",
  );
  return `CASE WHEN contains(${value}, '.') AND ${digits} > 15 THEN ${failure} ELSE ${value} END`;
}

function withoutDates(type: DataType): DataType {
  switch (type.kind) {
    case "date":
    case "timestamp":
      return STRING;
    case "array":
      return { ...type, element: withoutDates(type.element) };
    case "struct":
      return { ...type, fields: type.fields.map((field) => ({ ...field, type: withoutDates(field.type) })) };
    default:
      return type;
  }
}

function jsonReader(list: string, options: Record<string, string>, columns: FileColumn[] = []): string {
  const types = columns.map(({ name, type }) => `${quoteText(name)}: ${quoteText(duckType(type))}`);
  const known = types.length === 0 ? "" : `, columns = {${types.join(", ")}}`;
  const format = isTrue(options.multiline) ? "auto" : "newline_delimited";
  return `read_json(${list}, format = '${format}', union_by_name = true, map_inference_threshold = -1, maximum_object_size = 67108864${known})`;
}

interface FileColumn {
  name: string;
  type: DataType;
  /** Casts the column to the DuckDB type of its SQL type: DuckDB may read another type, such as TIME or unsigned integers. */
  value: string;
}

/** The columns that DuckDB finds. Unnamed columns of a CSV file get Spark's names. */
async function describe(
  reader: string,
  connection: DuckDBConnection,
  unnamed: boolean,
): Promise<FileColumn[]> {
  const result = await runOne(connection, `SELECT * FROM ${reader} LIMIT 0`);
  return result.columnNames().map((name, i) => {
    const read = String(result.columnType(i));
    const type = sparkType(read);
    const value = duckType(type) === read ? quoteName(name) : `CAST(${quoteName(name)} AS ${duckType(type)})`;
    return { name: unnamed ? `_c${i}` : name, type, value };
  });
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
