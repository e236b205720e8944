import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import type { DirectoryEntry } from "@databricks/sdk-experimental/dist/apis/files/model.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { encodedPath } from "./file-location.ts";

export const listDirectory: Handler<"list_directory"> = async (params, { signal }) => {
  const { path, max_results, page_token } = params;
  const { contents = [], ...rest } = await listPage({
    service: service(FilesService, signal),
    method: "listDirectoryContents",
    entries: "contents",
    request: { directory_path: encodedPath(path), page_size: max_results, page_token },
  });
  return { ...rest, contents: contents.map(toEntry) };
};

/** Directories have no size, and an int64 comes as a number or as a string (docs/databricks.md). */
function toEntry({ file_size, ...entry }: DirectoryEntry): object {
  const size: unknown = file_size;
  if (entry.is_directory === true || size === undefined || size === null) return entry;
  return { ...entry, file_size: Number(size) };
}
