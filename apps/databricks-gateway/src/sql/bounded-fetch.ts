import { fetchBytesMax } from "./fetch-size.ts";

interface FetchReply {
  readonly hasMoreRows?: boolean | undefined;
  /** Thrift returns null for an absent field, against the driver's types. */
  readonly results?: Partial<Record<"arrowBatches" | "columns" | "rows", readonly unknown[] | null>> | null;
}

/**
 * FetchResults with a limit on bytes too, since rows can have any width. The driver limits rows only, but Databricks' ODBC,
 * ADBC and Python drivers send this field (`MaxBytesPerFetchRequest`). What Databricks returns when not even one row fits
 * is not documented, so a reply without rows that promises more is requested again without the limit.
 */
export function boundedFetch<Request extends object, Reply extends FetchReply>(
  fetch: (request: Request) => Promise<Reply>,
): (request: Request) => Promise<Reply> {
  return async (request) => {
    // The field is declared as an Int64, which the driver does not export; Thrift writes a number as well.
    const reply = await fetch(Object.assign(request, { maxBytes: fetchBytesMax }));
    if (!reply.hasMoreRows || hasRows(reply)) return reply;
    return fetch(Object.assign(request, { maxBytes: undefined }));
  };
}

function hasRows({ results }: FetchReply): boolean {
  return [results?.arrowBatches, results?.columns, results?.rows].some((part) => (part?.length ?? 0) > 0);
}
