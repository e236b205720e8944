import { randomUUID } from "node:crypto";

/** A refusal in Databricks' own shape: `error_code`, `message`, and mostly `details`. */
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

  /** The JSON body as Databricks sends it. The two refusals with a numeric code have no `details`. */
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

/** RequestInfo has no `metadata`, and is in most real errors: clients that expect one break on it. */
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

/** What the local workspace does not do, it refuses loudly, and never with a plausible empty answer. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, "NOT_IMPLEMENTED", `The local workspace does not implement ${what}`);
}
