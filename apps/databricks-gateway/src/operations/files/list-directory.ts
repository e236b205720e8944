import type { Handler } from "../handler.ts";
import { directoryPage } from "./directory-page.ts";
import { encodedPath } from "./file-location.ts";

export const listDirectory: Handler<"list_directory"> = ({ path, max_results, page_token }, { signal }) =>
  directoryPage({ directory_path: encodedPath(path), page_size: max_results, page_token }, signal);
