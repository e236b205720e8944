import { ApiError, invalidParameter } from "../http/api-error.ts";

/** Databricks' own `reason` where one was seen; where none was, the error has no ErrorInfo rather than an invented one. */
function filesError(status: number, code: string, message: string, reason?: string): ApiError {
  if (reason === undefined) return new ApiError(status, code, message);
  return new ApiError(status, code, message, { info: { reason, domain: "filesystem.databricks.com" } });
}

export function volumeMissing(fullName: string): ApiError {
  return filesError(404, "NOT_FOUND", `Volume '${fullName}' does not exist.`, "FILES_API_RESOURCE_NOT_FOUND");
}

/** The reason was seen in one client that keys on it, not in recorded traffic. */
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

/** The file system's word for what went wrong; undefined for what is not about the path. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** A path that no file system takes is the caller's mistake; anything else stays as it is. */
export function pathError(error: unknown): unknown {
  return errnoOf(error) === "ENAMETOOLONG"
    ? invalidParameter("The path, or a segment of it, is too long.")
    : error;
}
