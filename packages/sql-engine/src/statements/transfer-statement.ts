import { unsupported } from "../sql-error.ts";
import { listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { BIGINT, STRING } from "../types/data-type.ts";

/** The one row of a PUT, GET or REMOVE: by it the client moves the bytes itself. The engine touches no local file. */
export async function runTransfer(
  { operation, path, localFile, overwrite }: StatementOf<"transfer">,
  { source, principal }: StatementRun,
): Promise<Outcome> {
  if (source.presign === undefined) throw unsupported("FILE_TRANSFER", `the statement ${operation}`);
  const { url, headers } = await source.presign(principal, { operation, path, overwrite });
  const columns = ["operation", "localFile", "presignedUrl", "headers"].map((name) => ({
    name,
    type: STRING,
  }));
  return {
    ...listing(columns, [[operation, localFile ?? null, url, JSON.stringify(headers)]]),
    kind: "transfer",
  };
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
