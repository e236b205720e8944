import type { Readable } from "node:stream";
import type { OperationError, OperationName, Operations } from "@front-door/operations";
import type * as z from "zod";
import type { Policy } from "../policy/policy.ts";

/** What every handler gets besides its parameters. It knows nothing of Fastify. */
export interface OperationContext {
  /** Aborted when the deadline passes or the caller hangs up. Every call to Databricks takes it. */
  readonly signal: AbortSignal;
  /** For listings, which leave out what it does not allow. Everything else of it is checked before the handler runs. */
  readonly policy: Policy;
}

export interface UploadContext extends OperationContext {
  readonly upload: Upload;
}

export interface Upload {
  /** The bytes as they arrive. The caller's connection is read only as fast as this is read. */
  readonly body: Readable;
  /** Undefined if the caller did not declare it. */
  readonly contentLength: number | undefined;
  /** The number of bytes that {@link body} has delivered so far. */
  bytesRead(): number;
  /** Whether the caller has sent all of it. */
  isComplete(): boolean;
}

export type ResponseHeaders = Readonly<Record<string, string>>;

/** The reply of a download: a file's bytes, 304 without a body, or a failure that has headers of its own (416). */
export type Download =
  | { readonly status: 200 | 206; readonly headers: ResponseHeaders; readonly body: Readable }
  | { readonly status: 304; readonly headers: ResponseHeaders }
  | { readonly failure: OperationError; readonly headers: ResponseHeaders };

/** The reply of a stream: a body that is sent while it is produced. */
export interface ResultStream {
  readonly contentType: string;
  /** Pulled as fast as the caller takes them. Always read at least once, and ended by `return` when abandoned. */
  readonly pieces: AsyncGenerator<Uint8Array, void, void>;
  /** Whether a failure in the middle becomes a last line, the error envelope, instead of a broken connection. */
  readonly endsWithFailure: boolean;
}

type Params<Name extends OperationName> = z.output<Operations[Name]["params"]>;

/**
 * One operation. A handler returns what Databricks returned: the result of a JSON operation is checked against the contract
 * afterwards, which drops the fields that it does not have.
 */
export type Handler<Name extends OperationName> = Operations[Name]["transfer"] extends "download"
  ? (params: Params<Name>, context: OperationContext) => Promise<Download>
  : Operations[Name]["transfer"] extends "upload"
    ? (params: Params<Name>, context: UploadContext) => Promise<object>
    : Operations[Name]["transfer"] extends "stream"
      ? (params: Params<Name>, context: OperationContext) => Promise<ResultStream>
      : (params: Params<Name>, context: OperationContext) => Promise<object>;

export type Handlers = { readonly [Name in OperationName]: Handler<Name> };
