import { OperationError, throwNotRun } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import type { Upload } from "../handler.ts";
import { fileUrlPath } from "./file-location.ts";

interface FileToPut {
  readonly path: string;
  readonly overwrite: boolean;
  readonly content: Pick<Upload, "body" | "contentLength" | "isComplete">;
}

/**
 * One PUT, as fast as Databricks takes it. If the content breaks off, so does the PUT, and nothing is stored. Only 204 says
 * that the file is stored: any other success comes from something before Databricks, and nobody knows.
 */
export async function putFile({ path, overwrite, content }: FileToPut, signal: AbortSignal): Promise<void> {
  const put = getWorkspaceClient().api.file(
    {
      method: "PUT",
      path: fileUrlPath(path),
      query: { overwrite: String(overwrite) },
      headers: {
        "content-type": "application/octet-stream",
        "content-length": content.contentLength?.toString(),
      },
      body: content.body,
      statuses: [204],
    },
    signal,
  );
  const reply = await put.catch((error: unknown) => {
    if (isForeign(error)) throw error.with({ outcome: "unknown" }, `${error.message} ${notKnown}`);
    // Without its end, a file is not stored.
    if (!content.isComplete()) throwNotRun(error);
    throw error;
  });
  await discardBody(reply.body);
  if (!content.isComplete()) {
    const message = `Databricks accepted the file before all of it was sent. ${notKnown}`;
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { outcome: "unknown" });
  }
}

const notKnown = "It is not known whether the file was stored.";

function isForeign(error: unknown): error is OperationError {
  return error instanceof OperationError && error.code === "UPSTREAM_INVALID_RESPONSE";
}
