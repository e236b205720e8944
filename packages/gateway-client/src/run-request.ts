import type { Readable } from "node:stream";
import {
  encodeCaller,
  encodeGroups,
  encodeRunHeader,
  type FrontDoorOperation,
  gatewayHeader,
  type OperationName,
  type RunRequest,
  type SessionOperation,
  type SignInMode,
} from "@front-door/operations";

export type RequestAuth = NonNullable<RunRequest["auth"]>;

export interface CallOptions {
  /** Stands in the log lines of both processes. */
  readonly requestId: string;
  /** `traceparent` and `tracestate`, with which the gateway continues the trace of the request. Undefined: it has none. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined;
  /** Whose identity to run as. Default: the gateway's own. */
  readonly auth?: RequestAuth | undefined;
  /** The name of one of the gateway's workspaces. Default: its first. */
  readonly workspace?: string | undefined;
  /** Who calls, for the gateway's audit log. */
  readonly caller?: string | undefined;
  /** How the caller signed in. */
  readonly callerMode?: SignInMode | undefined;
  /** The groups that the caller is in, for the rules of the gateway's access file. It must have one. */
  readonly callerGroups?: readonly string[] | undefined;
  /** Whom every limit counts the call for, here and in the gateway; one text for each caller. Default: `caller`. */
  readonly countedAs?: string | undefined;
  /** The time, of `performance.now()`, by which the caller wants the end of the reply. Default: each operation's own limit. */
  readonly endsAt?: number | undefined;
  /** Aborting it cancels the request at once, so that the gateway stops too. */
  readonly signal?: AbortSignal | undefined;
}

export interface UploadBody {
  readonly stream: Readable;
  /** Bytes, if known in advance. */
  readonly length?: number | undefined;
  /** Whether its last byte has come, without which no file is stored. Default: it has. */
  readonly isComplete?: () => boolean;
}

/** A request to the gateway that carries out something for a caller. */
export interface GatewayRequest {
  readonly path: string;
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | string;
}

/** The `POST /run` of an operation. With a file as its body, what to do with it goes into a header. */
export function runRequest(
  secret: string,
  name: OperationName | SessionOperation,
  params: object,
  options: CallOptions,
  file?: UploadBody,
): GatewayRequest {
  const { workspace, auth } = options;
  const run = { op: name, params: { ...params }, workspace, auth };
  return {
    path: "/run",
    method: "POST",
    headers: {
      ...commonHeaders(secret, options),
      "content-type": file ? "application/octet-stream" : "application/json",
      ...(file ? { [gatewayHeader.run]: encodeRunHeader(run) } : {}),
      ...(file?.length === undefined ? {} : { "content-length": String(file.length) }),
    },
    body: file ? file.stream : JSON.stringify(run),
  };
}

/** The request with what is left of its caller's time, when it is about to be sent. */
export function withTimeLeft(request: GatewayRequest, { endsAt }: CallOptions): GatewayRequest {
  if (endsAt === undefined) return request;
  // At least one: what is late by now is refused by the gateway, in its words.
  const timeoutMs = String(Math.max(1, Math.ceil(endsAt - performance.now())));
  return { ...request, headers: { ...request.headers, [gatewayHeader.timeoutMs]: timeoutMs } };
}

/** The `POST /authorize` of what the front door is about to do itself, for a session only while there is one. */
export function authorizeRequest(
  secret: string,
  operation: FrontDoorOperation,
  options: CallOptions,
): GatewayRequest {
  return {
    path: "/authorize",
    method: "POST",
    headers: { ...commonHeaders(secret, options), "content-type": "application/json" },
    body: JSON.stringify({ operation, session: options.auth?.session }),
  };
}

/** The `POST /allowed-operations` of a caller. */
export function allowedOperationsRequest(secret: string, options: CallOptions): GatewayRequest {
  const { workspace, auth } = options;
  return {
    path: "/allowed-operations",
    method: "POST",
    headers: { ...commonHeaders(secret, options), "content-type": "application/json" },
    body: JSON.stringify({ workspace, auth }),
  };
}

function commonHeaders(
  secret: string,
  { requestId, traceHeaders, caller, callerMode, callerGroups, countedAs }: CallOptions,
): Record<string, string> {
  return {
    [gatewayHeader.secret]: secret,
    [gatewayHeader.requestId]: requestId,
    ...(traceHeaders ?? { [gatewayHeader.untraced]: "1" }),
    ...(caller ? { [gatewayHeader.caller]: encodeCaller(caller) } : {}),
    ...(callerGroups ? { [gatewayHeader.callerGroups]: encodeGroups(callerGroups) } : {}),
    ...(callerMode ? { [gatewayHeader.callerMode]: callerMode } : {}),
    ...(countedAs ? { [gatewayHeader.countedAs]: encodeCaller(countedAs) } : {}),
  };
}
