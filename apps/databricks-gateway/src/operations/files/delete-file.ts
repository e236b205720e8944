import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { encodedPath } from "./file-location.ts";

export const deleteFile: Handler<"delete_file"> = async ({ path }, { signal }) => {
  await service(FilesService, signal).delete({ file_path: encodedPath(path) });
  return {};
};
