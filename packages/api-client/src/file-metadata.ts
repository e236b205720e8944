import type { CallOptions } from "./client-options.ts";
import { fileTarget } from "./file-target.ts";
import type { Http } from "./http.ts";

/** What is known of a file without reading it. */
export interface FileInfo {
  readonly path: string;
  /** Bytes. */
  readonly file_size: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly last_modified?: number;
  /** Changes when the file changes. */
  readonly etag?: string;
}

/** Reads the headers of a file. */
export async function fileMetadata(
  http: Http,
  params: { readonly path: string; readonly workspace?: string },
  options?: CallOptions,
): Promise<FileInfo> {
  const { headers } = await http.stream({ method: "HEAD", target: fileTarget(params) }, options);
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return {
    path: params.path,
    file_size: Number(headers.get("content-length")),
    ...(lastModified === null ? {} : { last_modified: Date.parse(lastModified) }),
    ...(etag === null ? {} : { etag }),
  };
}
