import { fetchBytesMax, smallFetchBytes } from "./fetch-size.ts";
import { roomForReply } from "./reply-room.ts";

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
    const maxBytes = roomForReply()?.bytesMax ?? fetchBytesMax;
    const reply = await fetch(Object.assign(request, { maxBytes }));
    if (!reply.hasMoreRows || hasRows(reply)) return reply;
    return fetch(Object.assign(request, { maxBytes: undefined }));
  };
}

function hasRows({ results }: FetchReply): boolean {
  return [results?.arrowBatches, results?.columns, results?.rows].some((part) => (part?.length ?? 0) > 0);
}

/** ExecuteStatement with a limit on the bytes of the rows in its reply, which take memory that no fetch has asked for. */
export function boundedExecute<Request extends { readonly getDirectResults?: object | undefined }, Reply>(
  execute: (request: Request) => Promise<Reply>,
): (request: Request) => Promise<Reply> {
  return (request) => {
    if (request.getDirectResults) Object.assign(request.getDirectResults, { maxBytes: smallFetchBytes });
    return execute(request);
  };
}
