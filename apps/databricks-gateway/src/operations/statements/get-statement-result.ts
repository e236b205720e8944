import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type {
  ExternalLink,
  ResultData,
  ResultManifest,
  StatementStatus,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { OperationError } from "@front-door/operations";
import { getWorkspaceClient, service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { ChunkLink } from "../../sql/stored-result.ts";
import type { Handler } from "../handler.ts";
import { streamedResult } from "../sql/streamed-result.ts";
import { ownStatement } from "./own-statement.ts";
import { columnsOf, failureOf, toNumber } from "./statement-view.ts";

/** A link, and the place of its chunk in the whole result. */
interface PlacedLink extends ChunkLink {
  readonly rowOffset: number;
}

export const getStatementResult: Handler<"get_statement_result"> = async (params, context) => {
  const { chunk, format, numbers_as_strings: numbersAsStrings } = params;
  const { signal, statementIds, onRows } = context;
  const statement_id = statementIds.open(params.statement_id);
  const statements = service(StatementExecutionService, signal);
  const { status, manifest, result } = await ownStatement(statements.getStatement({ statement_id }));
  const count = chunkCount(status, manifest, chunk);
  const linkTo = async (chunk_index: number): Promise<PlacedLink> => {
    const reply = await ownStatement(statements.getStatementResultChunkN({ statement_id, chunk_index }));
    const found = placedLink(reply, chunk_index, count);
    if (found !== undefined) return found;
    throw invalidResponse(`no link to the chunk ${chunk_index}`, { surelyNotRun: true });
  };
  // The statement comes with a link to its first chunk.
  const firstLink = chunk < count ? (placedLink(result, chunk, count) ?? (await linkTo(chunk))) : undefined;
  const stored = {
    columns: columnsOf(manifest),
    firstChunk: chunk,
    chunkCount: format === "json" ? Math.min(count - chunk, 1) : count - chunk,
    isTruncated: manifest?.truncated ?? false,
    firstLink,
    linkTo,
  };
  const next_chunk = chunk + 1 < count ? chunk + 1 : undefined;
  const place = { chunk, row_offset: firstLink?.rowOffset ?? 0, next_chunk };
  const options = { format, numbersAsStrings, place, onRows };
  const pieces = await getWorkspaceClient().readStored(stored, options, context);
  return streamedResult(format, pieces);
};

/**
 * How many chunks the result has. Throws RESOURCE_CONFLICT if the statement has no result, and NOT_FOUND if it has no such
 * chunk; one without rows has no chunks at all, and its first one is empty here.
 */
function chunkCount(
  status: StatementStatus | undefined,
  manifest: ResultManifest | undefined,
  chunk: number,
): number {
  if (status?.state !== "SUCCEEDED") {
    const message = `The statement has no result: its state is ${status?.state ?? "unknown"}.`;
    const details = status?.error === undefined ? [] : [failureOf(status)];
    throw new OperationError("RESOURCE_CONFLICT", message, { details });
  }
  const problem = problemOf(manifest);
  if (problem !== undefined) throw invalidResponse(problem, { surelyNotRun: true });
  const count = toNumber(manifest?.total_chunk_count);
  if (chunk < count || (chunk === 0 && count === 0)) return count;
  throw new OperationError("NOT_FOUND", `The result has no chunk ${chunk}: it has ${count}.`);
}

function problemOf(manifest: ResultManifest | undefined): string | undefined {
  if (manifest === undefined) return "a statement that succeeded without a manifest";
  const { format, total_chunk_count: count, total_row_count: rows } = manifest;
  if (format !== undefined && format !== "ARROW_STREAM") return `a result in the format ${format}`;
  if (!isCount(count ?? 0)) return "a manifest with an odd total_chunk_count";
  // Nothing else would tell it from an empty result.
  if (toNumber(count) === 0 && toNumber(rows) > 0) return `a manifest of ${rows} rows in no chunks`;
  return undefined;
}

/** The link to the chunk, if it is among those of the reply. Throws UPSTREAM_INVALID_RESPONSE for one that is odd. */
function placedLink(reply: ResultData | undefined, chunk: number, count: number): PlacedLink | undefined {
  const links: unknown = reply?.external_links ?? [];
  if (!Array.isArray(links)) throw invalidResponse("links that are not a list", { surelyNotRun: true });
  const link = (links as ExternalLink[]).find(({ chunk_index: index }) => index === chunk);
  if (link === undefined) return undefined;
  const { external_link: url, http_headers, row_count: rows, row_offset: offset } = link;
  const next = link.next_chunk_index ?? undefined;
  const isNext = next === (chunk + 1 < count ? chunk + 1 : undefined);
  const headers: Readonly<Record<string, unknown>> = http_headers ?? {};
  const areTexts = Object.values(headers).every((value) => typeof value === "string");
  if (typeof url === "string" && areTexts && isCount(rows) && isCount(offset ?? 0) && isNext) {
    // All of them are texts, which `every` does not tell the compiler.
    return {
      url,
      headers: headers as Record<string, string>,
      rows: Number(rows),
      rowOffset: toNumber(offset),
    };
  }
  const what = isNext
    ? "an odd link to a chunk"
    : `a link to a chunk with the next_chunk_index ${Number(next)}`;
  throw invalidResponse(what, { surelyNotRun: true });
}

/** Databricks' services write an int64 as a number or as a string of digits. */
function isCount(value: unknown): boolean {
  const isDigits = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
  return isDigits && Number.isSafeInteger(Number(value)) && Number(value) >= 0;
}
