import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import type { Handler } from "../handler.ts";
import { doesExist } from "../refusals.ts";
import { fileUrlPath } from "./file-location.ts";
import { headFile } from "./file-version.ts";

/** One PUT, as fast as Databricks takes it. If the caller's body breaks off, so does the PUT, and nothing is stored. */
export const writeFile: Handler<"write_file"> = async ({ path, overwrite }, { signal, upload }) => {
  const created = !overwrite || (await doesExist(headFile(path, signal))) === false;
  const reply = await getWorkspaceClient().api.file(
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
