import { type ResultColumn, sqlTypeText, typeFromText } from "@front-door/sql-engine";
import { ApiError } from "../http/api-error.ts";
import type { KeptStatement } from "./kept-statement.ts";
import type { Materialised } from "./materialise.ts";

type LinkTo = (statement: KeptStatement, chunk: number) => { external_link: string; expiration: string };

/** A statement as POST and GET return it, with the first chunk of its result. */
export async function statementAnswer(statement: KeptStatement, linkTo: LinkTo): Promise<object> {
  const { seen, state, error, sqlState, result } = statement;
  // Databricks' clients read the SQLSTATE beside the error, not in it.
  const answer = { statement_id: seen.id, status: { state, error, sql_state: sqlState } };
  if (state !== "SUCCEEDED" || result === undefined) return answer;
  return {
    ...answer,
    manifest: manifest(statement, result),
    // What Databricks returns here for a result without rows is not known.
    result: result.chunks.chunks.length === 0 ? {} : await chunkAnswer(statement, 0, linkTo),
  };
}

/** Throws 404 if the chunk does not exist. */
export async function chunkAnswer(statement: KeptStatement, index: number, linkTo: LinkTo): Promise<object> {
  const { result, seen, request } = statement;
  const chunk = result?.chunks.chunks[index];
  if (result === undefined || chunk === undefined) {
    throw new ApiError(404, "NOT_FOUND", `The statement ${seen.id} has no chunk ${index}.`);
  }
  const next = index + 1 < result.chunks.chunks.length ? index + 1 : undefined;
  const place = {
    chunk_index: index,
    row_offset: chunk.rowOffset,
    row_count: chunk.rows,
    next_chunk_index: next,
    next_chunk_internal_link:
      next === undefined ? undefined : `/api/2.0/sql/statements/${seen.id}/result/chunks/${next}`,
  };
  if (request.disposition === "INLINE") {
    return { ...place, data_array: JSON.parse((await result.chunks.read(index)).toString()) as unknown };
  }
  return { external_links: [{ ...place, byte_count: chunk.bytes, ...linkTo(statement, index) }] };
}

function manifest(
  { request, columns, isTransfer }: KeptStatement,
  { chunks, truncated }: Materialised,
): object {
  return {
    format: request.format,
    schema: { column_count: columns.length, columns: columns.map(columnAnswer) },
    total_row_count: chunks.rows,
    total_byte_count: chunks.bytes,
    total_chunk_count: chunks.chunks.length,
    chunks: chunks.chunks.map(({ index, rowOffset, rows, bytes }) => ({
      chunk_index: index,
      row_offset: rowOffset,
      row_count: rows,
      byte_count: bytes,
    })),
    truncated,
    is_volume_operation: isTransfer ? true : undefined,
  };
}

function columnAnswer({ name, typeName, typeText, position }: ResultColumn): object {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(typeText);
  return {
    name,
    type_name: typeName,
    type_text: sqlTypeText(typeFromText(typeText)),
    position,
    ...(decimal === null ? {} : { type_precision: Number(decimal[1]), type_scale: Number(decimal[2]) }),
  };
}
