import { Readable } from "node:stream";
import { OperationError, throwNotRun } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import { fileUrlPath } from "./file-location.ts";
import { type FileToStore, requireComplete, storeFailure } from "./file-to-store.ts";

/**
 * One PUT, as fast as Databricks takes it. If the content breaks off, so does the PUT, and nothing is stored. Only 204 says
 * that the file is stored: any other success comes from something before Databricks, and nobody knows.
 */
export async function putFile({ path, overwrite, content }: FileToStore, signal: AbortSignal): Promise<void> {
  const { api, putBytesMax } = getWorkspaceClient();
  const { body, contentLength, isComplete } = content;
  const bounded = contentLength === undefined ? atMost(body, putBytesMax) : undefined;
  const put = api.open(
    {
      method: "PUT",
      path: fileUrlPath(path),
      query: { overwrite: String(overwrite) },
      headers: { "content-type": "application/octet-stream", "content-length": contentLength?.toString() },
      body: bounded?.body ?? body,
      statuses: [204],
    },
    signal,
  );
  const reply = await put.catch((error: unknown) => {
    if (bounded?.refusal() !== undefined) throwNotRun(bounded.refusal());
    const failure = storeFailure(error);
    if (failure !== error) throw failure;
    // Without its end, a file is not stored.
    if (!isComplete()) throwNotRun(error);
    throw error;
  });
  await discardBody(reply.body);
  requireComplete(content);
}

/** Content of unknown length, which breaks off beyond `bytesMax`. */
function atMost(content: Readable, bytesMax: number) {
  let refusal: OperationError | undefined;
  const pieces = async function* () {
    let bytes = 0;
    for await (const piece of content as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > bytesMax) throw (refusal = tooLarge(bytesMax));
      yield piece;
    }
  };
  return { body: Readable.from(pieces(), { objectMode: false }), refusal: () => refusal };
}

function tooLarge(bytesMax: number): OperationError {
  const message = `The file has more than ${bytesMax} bytes, the most that Databricks stores in one request. Send its size in Content-Length: then it is stored in parts.`;
  return new OperationError("PAYLOAD_TOO_LARGE", message);
}
