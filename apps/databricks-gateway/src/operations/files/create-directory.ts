import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { doesExist } from "../refusals.ts";
import { encodedPath } from "./file-location.ts";

/** PUT returns 204 whether or not the directory existed, so this looks first. */
export const createDirectory: Handler<"create_directory"> = async ({ path }, { signal }) => {
  const files = service(FilesService, signal);
  const request = { directory_path: encodedPath(path) };
  const exists = await doesExist(files.getDirectoryMetadata(request));
  if (!exists) await files.createDirectory(request);
  return { path, created: exists === false };
};
