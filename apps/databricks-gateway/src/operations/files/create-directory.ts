import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { sdkContext } from "../../databricks/sdk-context.ts";
import type { Handler } from "../handler.ts";
import { isForbidden, isNotFound } from "../refusals.ts";
import { encodedPath } from "./file-location.ts";

/** PUT says 204 whether it made the directory or not, so the question comes first. */
export const createDirectory: Handler<"create_directory"> = async ({ path }, { signal }) => {
  const { files } = getWorkspaceClient();
  const request = { directory_path: encodedPath(path) };
  const context = sdkContext(signal);
  const there = await files.getDirectoryMetadata(request, context).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      // To write and to read are two privileges: who may not look may still make it.
      if (isForbidden(error)) return undefined;
      throw error;
    },
  );
  if (!there) await files.createDirectory(request, context);
  return { path, created: there === false };
};
