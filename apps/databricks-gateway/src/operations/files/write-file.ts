import { OperationError, throwNotRun } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import type { Handler } from "../handler.ts";
import { doesExist } from "../refusals.ts";
import { fileUrlPath } from "./file-location.ts";
import { headFile } from "./file-version.ts";

/**
 * One PUT, as fast as Databricks takes it. If the caller's body breaks off, so does the PUT, and nothing is stored. Only 204
 * says that the file is stored: any other success comes from something before Databricks, and nobody knows.
 */
export const writeFile: Handler<"write_file"> = async ({ path, overwrite }, { signal, upload }) => {
  const created = !overwrite || (await doesExist(headFile(path, signal))) === false;
  const put = getWorkspaceClient().api.file(
    {
      method: "PUT",
      path: fileUrlPath(path),
      query: { overwrite: String(overwrite) },
      headers: {
        "content-type": "application/octet-stream",
        "content-length": upload.contentLength?.toString(),
      },
      body: upload.body,
      statuses: [204],
    },
    signal,
  );
  const reply = await put.catch((error: unknown) => {
    if (isForeign(error)) throw error.with({ outcome: "unknown" }, `${error.message} ${notKnown}`);
    // Without its end, a file is not stored.
    if (!upload.isComplete()) throwNotRun(error);
    throw error;
  });
  await discardBody(reply.body);
  if (!upload.isComplete()) {
    const message = `Databricks accepted the file before all of it was sent. ${notKnown}`;
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { outcome: "unknown" });
  }
  return { path, file_size: upload.bytesRead(), created };
};

const notKnown = "It is not known whether the file was stored.";

function isForeign(error: unknown): error is OperationError {
  return error instanceof OperationError && error.code === "UPSTREAM_INVALID_RESPONSE";
}
