import type { ErrorReply } from "../databricks/api-error.ts";

/**
 * How far a call came. `not connected`: nothing was sent. `no reply`: the connection broke before a byte of a reply came.
 * `cut`: it broke in the reply. `late`: no reply in time. `status`: an HTTP status other than 200. `exception`: Thrift's
 * own. `unreadable`: a 200 that does not answer this call. `no room`: a 200 for which there is no memory; its cause is an
 * OperationError that says why.
 */
type FailureKind =
  | "not connected"
  | "no reply"
  | "cut"
  | "late"
  | "status"
  | "exception"
  | "unreadable"
  | "no room";

/** A call of the Thrift protocol that got no reply of the protocol. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly kind: FailureKind;
  readonly reply: ErrorReply | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { readonly reply?: ErrorReply; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.reply = options.reply;
  }
}

const errorStatus = 3;
const invalidHandleStatus = 4;

/** The status in a reply of the protocol, as the driver reads it. Thrift returns null for an absent field. */
export interface ThriftStatus {
  readonly statusCode?: number | null;
  readonly sqlState?: string | null;
  readonly errorMessage?: string | null;
  readonly displayMessage?: string | null;
}

/** Databricks handled a call of the protocol, and refused it. The driver's own error loses the SQLSTATE. */
export class StatusFailure extends Error {
  override readonly name = "StatusFailure";
  /** The driver's name of the call, such as `executeStatement`. */
  readonly call: string;
  readonly sqlState: string | undefined;
  readonly isInvalidHandle: boolean;

  constructor(call: string, { statusCode, sqlState, errorMessage, displayMessage }: ThriftStatus) {
    // The first is for people, the second can have a stack trace.
    super(displayMessage || errorMessage || "");
    this.call = call;
    this.sqlState = sqlState || undefined;
    this.isInvalidHandle = statusCode === invalidHandleStatus;
  }
}

export function isErrorStatus({ statusCode }: ThriftStatus): boolean {
  return statusCode === errorStatus || statusCode === invalidHandleStatus;
}

/** A header of the reply that a call failed with. */
export function headerOf(failure: unknown, name: string): string | undefined {
  const header = failure instanceof CallFailure ? failure.reply?.headers[name] : undefined;
  return Array.isArray(header) ? header[0] : header;
}

/** The HTTP status that a call failed with. */
export function httpStatusOf(failure: unknown): number | undefined {
  return failure instanceof CallFailure ? failure.reply?.status : undefined;
}

/** What Databricks says about a failure: in a Thrift status, in the thrift server's header, or in the body of an error. */
export function wordsOf(failure: unknown): string {
  return plainWords(rawWordsOf(failure));
}

/** The same words with the exceptions, error classes and stack traces around them; at most 10,000 characters. */
export function rawWordsOf(failure: unknown): string {
  if (failure instanceof StatusFailure) return failure.message.slice(0, messageLengthMax);
  if (!(failure instanceof CallFailure) || failure.reply === undefined) return "";
  const words = headerOf(failure, "x-thriftserver-error-message") ?? messageIn(failure.reply.text);
  return words.slice(0, messageLengthMax);
}

/** The message of an error's body. A page, of a proxy for example, has none. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : "";
  } catch {
    return text.trimStart().startsWith("<") ? "" : text;
  }
}

const messageLengthMax = 10_000;

/** Removes the Java exception before a message and the stack trace after it, which Thrift's messages can have. */
export function plainWords(message: string): string {
  const [words = ""] = message.slice(0, messageLengthMax).split(/\n[ \t]+at /, 1);
  return words
    .replace(/^(?:[\w$.]+(?:Exception|Error): )+/, "")
    .replace(/^Error running query: (?:\[[\w.]+\] )?(?:[\w$.]+(?:Exception|Error): )?/, "")
    .trim();
}
