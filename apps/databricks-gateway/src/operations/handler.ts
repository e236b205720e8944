import type { Readable } from "node:stream";
import type { OperationError, OperationName, Operations, TokenUsage } from "@front-door/operations";
import type { Policy } from "@front-door/policy";
import type * as z from "zod";
import type { StreamMemory } from "../sql/stream-memory.ts";
import type { SignedIds } from "./signed-ids.ts";
import type { StatementIds } from "./statements/statement-ids.ts";

/** What every handler receives besides its parameters. It knows nothing of Fastify. */
export interface OperationContext {
  /** Aborted when the deadline passes or the caller hangs up. Every call to Databricks takes it. */
  readonly signal: AbortSignal;
  /** How long the caller waits for the reply, and for each piece of a streamed one. */
  readonly timeoutMs: number;
  /** For listings, which leave out what one of them does not allow. All else in them is checked before the handler runs. */
  readonly policies: readonly Policy[];
  /** Of the statements that this caller submitted. */
  readonly statementIds: StatementIds;
  /** Of the conversations with Genie that this caller has begun. */
  readonly conversationIds: SignedIds;
  /** Goes into the history of statements, to find who asked for one. */
  readonly requestId: string;
  /** Whom the limits count the operation for. */
  readonly caller: string;
  /** For rows under way; it has what a small fetch takes. */
  readonly memory: StreamMemory;
  /** Told how many more rows of a result have been read. */
  readonly onRows: (count: number) => void;
  /** Told how many tokens a model took, for the audit line. The last call counts. */
  readonly onTokens: (usage: TokenUsage) => void;
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

type ResponseHeaders = Readonly<Record<string, string>>;

/** A reply whose body is sent while it is being made or read. */
export interface StreamedReply {
  readonly status: 200 | 206;
  readonly headers: ResponseHeaders;
  /** Pulled as fast as the caller reads. Always read at least once, and ended by `return` when abandoned. */
  readonly pieces: AsyncGenerator<Uint8Array, void, void>;
  /** How many pieces are awaited before the headers are sent: a failure until then is an ordinary error reply. */
  readonly openingPieces: number;
  /** Whether a failure in the middle becomes a last line, the error envelope, instead of a broken connection. */
  readonly endsWithFailure: boolean;
  /**
   * It is server-sent events: each goes out as soon as it is there, also of a reply about a change, and a failure is one of
   * them.
   */
  readonly isEvents?: true;
}

/** The reply of a download: a file's bytes, 304 without a body, or a failure with headers of its own (416). */
export type Download =
  | StreamedReply
  | { readonly status: 304; readonly headers: ResponseHeaders }
  | { readonly failure: OperationError; readonly headers: ResponseHeaders };

interface ResultOf {
  readonly json: object;
  readonly upload: object;
  readonly stream: StreamedReply;
  readonly events: StreamedReply;
  readonly download: Download;
}

type TransferOf<Name extends OperationName> = Operations[Name]["transfer"];

/**
 * One operation. A handler returns what Databricks returned: the result of a JSON operation is checked against the contract
 * afterwards, which drops the fields that it does not have.
 */
export type Handler<Name extends OperationName> = (
  params: z.output<Operations[Name]["params"]>,
  context: TransferOf<Name> extends "upload" ? UploadContext : OperationContext,
) => Promise<ResultOf[TransferOf<Name>]>;

export type Handlers = { readonly [Name in OperationName]: Handler<Name> };
