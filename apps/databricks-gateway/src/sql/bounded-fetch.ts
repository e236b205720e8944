import { fetchBytesMax } from "./fetch-size.ts";

interface FetchReply {
  readonly hasMoreRows?: boolean | undefined;
  /** Thrift leaves null for what is not there, whatever the driver's types say. */
  readonly results?: Partial<Record<"arrowBatches" | "columns" | "rows", readonly unknown[] | null>> | null;
}

/**
 * FetchResults that asks for a number of bytes too: rows can be of any width. The driver asks for rows alone, but
 * Databricks' ODBC, ADBC and Python drivers send the field (`MaxBytesPerFetchRequest`). What is answered when not even one
 * row fits is not documented, so an answer of no rows, with more to come, is asked for again without the bound.
 */
export function boundedFetch<Request extends object, Reply extends FetchReply>(
  fetch: (request: Request) => Promise<Reply>,
): (request: Request) => Promise<Reply> {
  return async (request) => {
    // Thrift writes a number as well as the Int64 that the field is declared as, which is not exported.
    const reply = await fetch(Object.assign(request, { maxBytes: fetchBytesMax }));
    if (!reply.hasMoreRows || hasRows(reply)) return reply;
    return fetch(Object.assign(request, { maxBytes: undefined }));
  };
}

function hasRows({ results }: FetchReply): boolean {
  return [results?.arrowBatches, results?.columns, results?.rows].some((part) => (part?.length ?? 0) > 0);
}
