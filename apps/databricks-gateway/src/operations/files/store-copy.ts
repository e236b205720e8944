import { Readable } from "node:stream";
import { OperationError, type OperationResult, throwNotRun } from "@front-door/operations";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { OperationContext } from "../handler.ts";
import { isNotFound } from "../refusals.ts";
import { headFile, isOtherVersion, type SizedVersion } from "./file-version.ts";
import { getFile } from "./get-file.ts";
import { storeFile } from "./store-file.ts";

/** The buffers of two sockets, and the pieces between them. */
const copyBytes = 256 * 1024;

interface CopyParams {
  readonly source_path: string;
  readonly destination_path: string;
  readonly overwrite: boolean;
}

type CopyContext = Pick<OperationContext, "signal" | "memory">;

interface StoredCopy {
  readonly result: OperationResult<"copy_file">;
  /** The version of the source that was copied. */
  readonly source: SizedVersion;
}

/**
 * Reads one file and writes the other through one pipe, at constant memory, and checks the size of what is stored. If the
 * source changes before its end is sent, nothing is stored. A failure after that is of unknown outcome.
 */
export async function storeCopy(params: CopyParams, context: CopyContext): Promise<StoredCopy> {
  const { destination_path: path, overwrite } = params;
  const { signal } = context;
  const { source, created, content } = await prepare(params, context).catch(throwNotRun);
  try {
    await storeFile({ path, overwrite, content }, signal);
  } catch (error) {
    const failure = content.failure();
    if (failure !== undefined && !signal.aborted) throwNotRun(failure);
    throw error;
  } finally {
    content.body.destroy();
  }
  const stored = await headFile(path, signal).catch((error: unknown) => {
    throw afterCopy(error, "The file was copied, but the copy could not be checked.");
  });
  if (stored.size !== content.contentLength) {
    const message = `The destination has ${stored.size} bytes instead of ${content.contentLength}: another caller may have written it.`;
    throw new OperationError("RESOURCE_CONFLICT", message, { outcome: "unknown" });
  }
  return { result: { path, file_size: content.contentLength, created }, source };
}

/** Everything before the write. */
async function prepare(params: CopyParams, { signal, memory }: CopyContext) {
  const { source_path, destination_path, overwrite } = params;
  const source = await headFile(source_path, signal).catch(throwNoSource);
  const { size = 0 } = source;
  const created = await isMissing(destination_path, signal);
  if (!created && !overwrite) {
    const message = "destination_path: the file exists. To replace it, set overwrite.";
    throw new OperationError("ALREADY_EXISTS", message);
  }
  await memory.take(copyBytes, signal);
  return { source, created, content: await openSource(source_path, { ...source, size }, signal) };
}

/** The error of a call after a copy was stored: the operation has had an effect, whatever the error's own status. */
export function afterCopy(error: unknown, sentence: string): unknown {
  if (!(error instanceof OperationError)) return error;
  const unknown = { retryable: false, retryAfterSeconds: undefined, outcome: "unknown" } as const;
  return error.with(unknown, `${error.message} ${sentence}`);
}

/** The content of the source, if it is still this version. Its last piece comes only after a look whether it still is. */
async function openSource(
  path: string,
  version: SizedVersion & { readonly size: number },
  signal: AbortSignal,
) {
  const file = await getFile(path, undefined, version, signal).catch((error: unknown) => {
    const isChanged = error instanceof OperationError && error.code === "PRECONDITION_FAILED";
    throw isChanged ? sourceChanged() : error;
  });
  if (!("pieces" in file)) throw invalidResponse("no file for a GET of a whole file");
  const { pieces } = file;
  let failure: unknown;
  const noted = <T>(reading: Promise<T>): Promise<T> =>
    reading.catch((error: unknown) => {
      failure = error;
      throw error;
    });
  const checkVersion = async () => {
    if (isOtherVersion(version, await headFile(path, signal))) throw sourceChanged();
  };
  // An empty file is stored as soon as its length is sent.
  let isComplete = version.size === 0;
  // Not `for await`, where a failure of the PUT, which is thrown at `yield`, would look like one of the source.
  const checked = async function* () {
    try {
      let last: Uint8Array | undefined;
      for (let next = await noted(pieces.next()); !next.done; next = await noted(pieces.next())) {
        if (last !== undefined) yield last;
        last = next.value;
      }
      await noted(checkVersion());
      isComplete = true;
      if (last !== undefined) yield last;
    } finally {
      await pieces.return();
    }
  };
  return {
    body: Readable.from(checked(), { objectMode: false }),
    contentLength: version.size,
    isComplete: () => isComplete,
    /** Why the source could not be read to its end; undefined if it could. */
    failure: () => failure,
  };
}

/** The identity must be able to read it, because it is read again to check the copy. */
async function isMissing(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await headFile(path, signal);
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

function throwNoSource(error: unknown): never {
  if (!isNotFound(error)) throw error;
  throw (error as OperationError).with(
    {},
    "source_path: there is no such file. Directories are not supported.",
  );
}

function sourceChanged(): OperationError {
  const message = "The source changed while it was copied. Nothing was stored.";
  return new OperationError("RESOURCE_CONFLICT", message, { retryable: true });
}
