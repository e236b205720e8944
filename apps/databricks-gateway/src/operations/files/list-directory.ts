import type {
  DirectoryEntry,
  ListDirectoryResponse,
} from "@databricks/sdk-experimental/dist/apis/files/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { directoryUrlPath } from "./file-location.ts";

export const listDirectory: Handler<"list_directory"> = async (params, { signal }) => {
  const client = getWorkspaceClient();
  const urlPath = directoryUrlPath(params.path);
  const { contents = [], ...rest } = await listPage(
    params.page_token,
    (page: ListDirectoryResponse) => page.contents,
    (paging) => getJson(client, urlPath, { page_size: params.max_results, ...paging }, signal),
  );
  return { ...rest, contents: contents.map(toEntry) };
};

/** Directories have no size; and an int64 arrives as a number or as a string (docs/databricks.md). */
function toEntry({ file_size, ...entry }: DirectoryEntry): object {
  const size: unknown = file_size;
  if (entry.is_directory === true || size === undefined || size === null) return entry;
  return { ...entry, file_size: Number(size) };
}
