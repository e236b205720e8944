import { unsupported } from "../sql-error.ts";
import { listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { BIGINT, map, STRING } from "../types/data-type.ts";

/** The one row of a PUT, GET or REMOVE: by it the client moves the bytes itself. The engine touches no local file. */
export async function runTransfer(
  { operation, path, localFile, overwrite }: StatementOf<"transfer">,
  { source, principal }: StatementRun,
): Promise<Outcome> {
  if (source.presign === undefined) throw unsupported("FILE_TRANSFER", `the statement ${operation}`);
  const { url, headers } = await source.presign(principal, { operation, path, overwrite });
  const columns = [
    { name: "operation", type: STRING },
    // Drivers take a null for the name of a file, so a REMOVE has no such column.
    ...(localFile === undefined ? [] : [{ name: "localFile", type: STRING }]),
    { name: "presignedUrl", type: STRING },
    { name: "headers", type: map(STRING, STRING) },
  ];
  const names = localFile === undefined ? [] : [localFile];
  return { ...listing(columns, [[operation, ...names, url, mapText(headers)]]), kind: "transfer" };
}

/** The columns are those of Databricks' documentation. */
export async function runListFiles(
  { path }: StatementOf<"list_files">,
  { source, principal }: StatementRun,
): Promise<Outcome> {
  if (source.listFiles === undefined) throw unsupported("FILE_TRANSFER", "the statement LIST");
  const files = await source.listFiles(principal, path);
  const columns = [
    { name: "path", type: STRING },
    { name: "name", type: STRING },
    { name: "size", type: BIGINT },
    { name: "modification_time", type: BIGINT },
  ];
  return listing(
    columns,
    files.map(({ path: shown, name, size, modifiedMs }) => [shown, name, String(size), String(modifiedMs)]),
  );
}

/** As DuckDB reads a map. Names and values of headers have none of its separators. */
function mapText(headers: Record<string, string>): string {
  return `{${Object.entries(headers)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;
}
