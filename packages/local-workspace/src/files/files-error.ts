import { ApiError, invalidParameter } from "../http/api-error.ts";

/** `reason` is Databricks' own. Where none was observed, the error has no ErrorInfo rather than an invented one. */
function filesError(status: number, code: string, message: string, reason?: string): ApiError {
  if (reason === undefined) return new ApiError(status, code, message);
  return new ApiError(status, code, message, { info: { reason, domain: "filesystem.databricks.com" } });
}

export function volumeMissing(fullName: string): ApiError {
  return filesError(404, "NOT_FOUND", `Volume '${fullName}' does not exist.`, "FILES_API_RESOURCE_NOT_FOUND");
}

/** The reason is from a client that checks for it; it was not seen in recorded traffic. */
export function fileMissing(): ApiError {
  return filesError(404, "NOT_FOUND", "The file being accessed is not found.", "FILES_API_FILE_NOT_FOUND");
}

export function directoryMissing(): ApiError {
  return filesError(
    404,
    "NOT_FOUND",
    "The directory being accessed is not found.",
    "FILES_API_DIRECTORY_IS_NOT_FOUND",
  );
}

export function directoryNotEmpty(): ApiError {
  return filesError(
    400,
    "INVALID_PARAMETER_VALUE",
    "The directory being accessed is not empty.",
    "FILES_API_DIRECTORY_IS_NOT_EMPTY",
  );
}

export function fileExists(): ApiError {
  return filesError(409, "ALREADY_EXISTS", "The file being created already exists.");
}

export function fileInTheWay(): ApiError {
  return filesError(
    409,
    "ALREADY_EXISTS",
    "The given path points to an existing file. This API does not support operations on files.",
  );
}

export function directoryInTheWay(): ApiError {
  return filesError(
    409,
    "ALREADY_EXISTS",
    "The given path points to an existing directory. This API does not support operations on directories.",
  );
}

/** The error code of the file system; undefined for an error of another kind. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** Turns the file system's refusal of a path that is too long into a 400. Any other error is returned as it is. */
export function pathError(error: unknown): unknown {
  return errnoOf(error) === "ENAMETOOLONG"
    ? invalidParameter("The path, or a segment of it, is too long.")
    : error;
}

/** How Databricks answers a session token that is over is not known. */
export function uploadMissing(): ApiError {
  return filesError(404, "NOT_FOUND", "The upload session does not exist, or is over.");
}

export function uploadIsEnding(): ApiError {
  return filesError(409, "RESOURCE_CONFLICT", "The upload session is being completed.");
}
