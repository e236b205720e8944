import { stat } from "node:fs/promises";
import { quoteName } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { changed, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { typed } from "../translate/typed.ts";
import { scanFiles } from "./file-scan.ts";
import { defaultValue, storeValue } from "./store-value.ts";

/** The table property that lists loaded files: COPY INTO loads each file once. */
const LOADED = "copyInto.loadedFiles";

export async function runCopyInto(statement: StatementOf<"copy_into">, run: StatementRun): Promise<Outcome> {
  const { path, entry, data } = run.target(statement.target);
  const { force, ...unknown } = lowerKeys(statement.copyOptions);
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw unsupported("COPY_OPTION", `the option ${other} of COPY INTO`);
  if (!["CSV", "JSON", "PARQUET"].includes(statement.format))
    throw unsupported("FILE_FORMAT", `the file format ${statement.format}`);
  const loaded = new Set(JSON.parse(entry.properties?.[LOADED] ?? "[]") as string[]);
  const all = await selectFiles(statement, run);
  const marks = new Map<string, string>();
  for (const file of all) marks.set(file, `${file} ${(await stat(file)).mtimeMs}`);
  const files = all.filter((file) => force?.toLowerCase() === "true" || !loaded.has(marks.get(file) ?? ""));
  if (files.length === 0)
    return changed({ num_affected_rows: 0, num_inserted_rows: 0, num_skipped_corrupt_files: 0 });
  // Spark's readers expect no header by default.
  const options = {
    header: "false",
    inferSchema: "false",
    ...statement.formatOptions,
    format: statement.format,
  };
  const scan = await scanFiles(files, options, run.connection);
  const byPlace = statement.format === "CSV" && !/^true$/i.test(options.header);
  const items = entry.columns.map((column, i) => {
    const source = byPlace
      ? scan.columns[i]
      : scan.columns.find((one) => one.name.toLowerCase() === column.name.toLowerCase());
    const value =
      source === undefined
        ? defaultValue(column, run.translation)
        : storeValue(typed(source.sql, source.type), column);
    return `${value} AS ${quoteName(column.name)}`;
  });
  const strange = scan.columns.find(
    (one) =>
      !byPlace && !entry.columns.some((column) => column.name.toLowerCase() === one.name.toLowerCase()),
  );
  if (strange !== undefined) {
    throw new SqlError(
      "NUM_COLUMNS_MISMATCH",
      `A schema mismatch detected when writing to the Delta table: the files have the column ${strange.name}.`,
    );
  }
  const count = await run.change(`INSERT INTO ${data} SELECT ${items.join(", ")} FROM ${scan.sql}`);
  const marked = JSON.stringify([...new Set([...loaded, ...files.map((file) => marks.get(file) ?? "")])]);
  await run.source.update(run.principal, "TABLE", path, {
    properties: { ...entry.properties, [LOADED]: marked },
  });
  return changed({ num_affected_rows: count, num_inserted_rows: count, num_skipped_corrupt_files: 0 });
}

const lowerKeys = (options: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));

async function selectFiles(statement: StatementOf<"copy_into">, run: StatementRun): Promise<string[]> {
  const files = (path: string) => run.translation.context.files(path);
  if (statement.files.length > 0) {
    const found: string[] = [];
    for (const name of statement.files)
      found.push(...(await files(`${statement.path.replace(/\/$/, "")}/${name}`)));
    return found;
  }
  return files(
    statement.pattern === undefined
      ? statement.path
      : `${statement.path.replace(/\/$/, "")}/${statement.pattern}`,
  );
}
