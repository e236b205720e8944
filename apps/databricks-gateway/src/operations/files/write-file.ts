import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import type { Handler } from "../handler.ts";
import { isForbidden, isNotFound } from "../refusals.ts";
import { fileUrlPath } from "./file-location.ts";
import { headFile } from "./file-version.ts";

/** One PUT, as fast as Databricks takes it. If the caller's body breaks off, so does the PUT, and nothing is stored. */
export const writeFile: Handler<"write_file"> = async ({ path, overwrite }, { signal, upload }) => {
  const client = getWorkspaceClient();
  const created = !overwrite || (await isMissing(path, signal));
  const reply = await client.api.file(
    {
      method: "PUT",
      path: fileUrlPath(path),
      query: { overwrite: String(overwrite) },
      headers: {
        "content-type": "application/octet-stream",
        "content-length": upload.contentLength?.toString(),
      },
      body: upload.body,
    },
    signal,
  );
  await discardBody(reply.body);
  if (!upload.isComplete()) {
    throw new OperationError(
      "UPSTREAM_INVALID_RESPONSE",
      "Databricks accepted the file before all of it was sent.",
    );
  }
  return { path, file_size: upload.bytesRead(), created };
};

async function isMissing(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await headFile(getWorkspaceClient(), path, signal);
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    // Writing and reading are two privileges: a caller who may not look may still write.
    if (isForbidden(error)) return false;
    throw error;
  }
}
