import type { Readable } from "node:stream";
import {
  encodeCaller,
  encodeRunHeader,
  gatewayHeader,
  type OperationName,
  type RunRequest,
} from "@front-door/operations";
import type { Dispatcher } from "undici";

export type RequestAuth = NonNullable<RunRequest["auth"]>;

export interface CallOptions {
  /** Stands in the log lines of both processes. */
  readonly requestId: string;
  /** Whose identity to run as; without it the gateway's own. */
  readonly auth?: RequestAuth | undefined;
  /** The name of one of the gateway's workspaces; without it its first. */
  readonly workspace?: string | undefined;
  /** Who asked, for the gateway's audit log. */
  readonly caller?: string | undefined;
  /** Aborting it gives the request up at once, so that the gateway stops too. */
  readonly signal?: AbortSignal | undefined;
}

export interface UploadBody {
  readonly stream: Readable;
  /** Bytes, when they are known before. */
  readonly length?: number | undefined;
}

function runHeaders(
  secret: string,
  { requestId, caller }: CallOptions,
  contentType: string,
): Record<string, string> {
  return {
    "content-type": contentType,
    [gatewayHeader.secret]: secret,
    [gatewayHeader.requestId]: requestId,
    ...(caller ? { [gatewayHeader.caller]: encodeCaller(caller) } : {}),
  };
}

/** An operation whose request is JSON. */
export function jsonRun(
  secret: string,
  name: OperationName,
  params: object,
  options: CallOptions,
): Dispatcher.DispatchOptions & { path: string; method: "POST" } {
  return {
    path: "/run",
    method: "POST",
    headers: runHeaders(secret, options, "application/json"),
    body: JSON.stringify({ op: name, params, workspace: options.workspace, auth: options.auth }),
  };
}

/** An operation whose request is a file: what to do with it stands in a header. */
export function uploadRun(
  secret: string,
  name: OperationName,
  params: Record<string, unknown>,
  body: UploadBody,
  options: CallOptions,
): Dispatcher.DispatchOptions & { path: string; method: "POST" } {
  const { workspace, auth } = options;
  return {
    path: "/run",
    method: "POST",
    headers: {
      ...runHeaders(secret, options, "application/octet-stream"),
      [gatewayHeader.run]: encodeRunHeader({ op: name, params, workspace, auth }),
      ...(body.length === undefined ? {} : { "content-length": String(body.length) }),
    },
    body: body.stream,
  };
}
