import { fetchBytesMax } from "./fetch-size.ts";

interface FetchReply {
  readonly hasMoreRows?: boolean | undefined;
  readonly results?: {
    readonly arrowBatches?: readonly unknown[] | undefined;
    readonly columns?: readonly unknown[] | undefined;
    readonly rows?: readonly unknown[] | undefined;
  };
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

function hasRows({ results: { arrowBatches = [], columns = [], rows = [] } = {} }: FetchReply): boolean {
  return arrowBatches.length + columns.length + rows.length > 0;
}
