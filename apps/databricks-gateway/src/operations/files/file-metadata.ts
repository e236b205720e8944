import type { Handler } from "../handler.ts";
import { headFile } from "./file-version.ts";

export const fileMetadata: Handler<"file_metadata"> = async ({ path }, { signal }) => {
  const { size, lastModified, etag } = await headFile(path, signal);
  return { path, file_size: size, last_modified: epochMsOf(lastModified), etag };
};

/** An HTTP date in milliseconds since 1970. */
function epochMsOf(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? undefined : time;
}
