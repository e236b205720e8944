import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import type { DirectoryEntry } from "@databricks/sdk-experimental/dist/apis/files/model.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";

interface DirectoryPageRequest {
  /** Percent-encoded. */
  readonly directory_path: string;
  readonly page_size?: number | undefined;
  readonly page_token?: string | undefined;
}

/** The first page of a directory from `page_token` on that has entries or is the last. */
export async function directoryPage(request: DirectoryPageRequest, signal: AbortSignal) {
  const { contents = [], ...rest } = await listPage({
    service: service(FilesService, signal),
    method: "listDirectoryContents",
    entries: "contents",
    request: { page_size: undefined, page_token: undefined, ...request },
  });
  return { ...rest, contents: contents.map(toEntry) };
}

/** Directories have no size, and an int64 comes as a number or as a string (docs/databricks.md). */
function toEntry({ file_size, ...entry }: DirectoryEntry): object {
  const size: unknown = file_size;
  if (entry.is_directory === true || size === undefined || size === null) return entry;
  return { ...entry, file_size: Number(size) };
}
