import { randomUUID } from "node:crypto";

/** An error reply in Databricks' shape: `error_code`, `message` and, for most errors, `details`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly errorCode: string | number;
  readonly headers: Record<string, string>;
  readonly info: ErrorInfo | undefined;

  constructor(
    status: number,
    errorCode: string | number,
    message: string,
    extra: { headers?: Record<string, string>; info?: ErrorInfo } = {},
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.headers = extra.headers ?? {};
    this.info = extra.info;
  }

  /** The JSON body as Databricks sends it. The two errors with a numeric code have no `details`. */
  body(): Record<string, unknown> {
    const body = { error_code: this.errorCode, message: this.message };
    if (typeof this.errorCode === "number" || this.status === 501) return body;
    return { ...body, details: errorDetails(this.info) };
  }
}

export interface ErrorInfo {
  reason: string;
  domain: string;
  metadata?: Record<string, string>;
}

/** Most real errors contain a RequestInfo, which has no `metadata`: a client that expects some fails on it. */
function errorDetails(info: ErrorInfo | undefined): object[] {
  const requestInfo = {
    "@type": "type.googleapis.com/google.rpc.RequestInfo",
    request_id: randomUUID(),
    serving_data: "",
  };
  if (info === undefined) return [requestInfo];
  const errorInfo = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    ...info,
    metadata: info.metadata ?? {},
  };
  return [errorInfo, requestInfo];
}

export function invalidParameter(message: string, info?: ErrorInfo): ApiError {
  return new ApiError(400, "INVALID_PARAMETER_VALUE", message, info === undefined ? {} : { info });
}

export function permissionDenied(message: string): ApiError {
  return new ApiError(403, "PERMISSION_DENIED", message);
}

/** The error for anything that is not implemented, in place of a plausible empty reply. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, "NOT_IMPLEMENTED", `The local workspace does not implement ${what}`);
}
