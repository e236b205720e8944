import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import { mayHaveRun, OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { encodedPath } from "./file-location.ts";
import { headFile, type SizedVersion } from "./file-version.ts";
import { afterCopy, storeCopy } from "./store-copy.ts";

const bothExist = "The copy is complete, and the source was not deleted: both files exist.";
const notKnown = "The copy is complete. It is not known whether the source was deleted.";

export const moveFile: Handler<"move_file"> = async (params, context) => {
  const { result, source } = await storeCopy(params, context);
  try {
    await deleteVersion(params.source_path, source, context.signal);
  } catch (error) {
    // Another caller has deleted it.
    if (!isNotFound(error)) {
      throw afterCopy(error, error instanceof OperationError && mayHaveRun(error) ? notKnown : bothExist);
    }
  }
  return result;
};

/**
 * Deletes the file if it is surely still this version. It is another one if somebody has written to it since, or if both paths lead
 * to one file: then the copy has replaced it, and nothing else is left of it.
 */
async function deleteVersion(path: string, version: SizedVersion, signal: AbortSignal): Promise<void> {
  const { etag } = await headFile(path, signal);
  if (etag === undefined || etag !== version.etag) {
    throw new OperationError("RESOURCE_CONFLICT", "The source changed after it was copied.");
  }
  await service(FilesService, signal).delete({ file_path: encodedPath(path) });
}
