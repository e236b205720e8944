import { decide, hasConditions, OperationError, singleRange } from "@front-door/operations";
import type { Handler } from "../handler.ts";
import { headFile } from "./file-version.ts";
import { getFile, preconditionFailed, versionHeaders } from "./get-file.ts";

// A file that changes between HEAD and GET is read again, at most so often.
const attemptsMax = 3;

/**
 * The Files API supports Range and If-Unmodified-Since only, so every other condition is decided here, by a HEAD. The GET
 * after it is pinned to the version that the HEAD saw.
 */
export const readFile: Handler<"read_file"> = async (params, { signal }) => {
  const { path } = params;
  if (!hasConditions(params)) return getFile(path, singleRange(params.range), undefined, signal);
  for (let attempt = 1; ; attempt++) {
    const version = await headFile(path, signal);
    const decision = decide(params, version);
    if (decision === "failed") throw preconditionFailed();
    if (decision === "not modified") return { status: 304, headers: versionHeaders(version) };
    const range = decision === "range" ? singleRange(params.range) : undefined;
    try {
      return await getFile(path, range, version, signal);
    } catch (error) {
      const isChanged = error instanceof OperationError && error.code === "PRECONDITION_FAILED";
      if (!isChanged || attempt === attemptsMax) throw error;
    }
  }
};
