import { errorTable, isErrorCode, OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { errorDetails } from "./error-details.ts";
import type { ReplyHead } from "./exchange.ts";
import { retryAfterSecondsOf } from "./retry-after.ts";

/** An HTTP reply of Databricks that is not a success, with the start of its body. */
export interface ErrorReply extends ReplyHead {
  readonly text: string;
  /** Whether the call only reads, so that it does not matter whether it has run. */
  readonly reads?: boolean;
}

interface ParsedBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly details?: readonly unknown[] | undefined;
}

const messageLengthMax = 2000;
const pageLengthMax = 4096;
const namesMax = 20;
const plainTextLengthMax = 300;

const codeOfStatus: Readonly<Record<number, string>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  408: "REQUEST_TIMEOUT",
  409: "RESOURCE_CONFLICT",
  412: "PRECONDITION_FAILED",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  416: "RANGE_NOT_SATISFIABLE",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
};

/**
 * Maps an error of Databricks to the caller's. A code of the error table decides the status, unless the HTTP status says that
 * the call may have run: then no code makes a refusal of it. A 4xx keeps its code, message and details, redacted. A 5xx
 * becomes 502 and shows nothing of Databricks' text, except that 503 and 501 keep their status.
 */
export function toUpstreamError(reply: ErrorReply, redact: Redactor): OperationError {
  const parsed = withCodeOfMissing(parseBody(reply.text));
  const body = {
    code: reply.reads !== true && mayHaveRun(reply.status) ? undefined : parsed.code,
    message: parsed.message ?? reasonPhraseOf(reply),
    details: parsed.details,
  };
  const status =
    body.code !== undefined && isErrorCode(body.code) ? errorTable[body.code].status : reply.status;
  const code = body.code ?? codeOfStatus[reply.status] ?? (reply.status < 500 ? "BAD_REQUEST" : "");
  const words = body.message ?? (reply.text.trim() === "" ? "(empty body)" : wordsOf(reply.text));
  const cause = new Error(redact(`Databricks answered ${reply.status} ${parsed.code ?? code}: ${words}`));
  const retryAfterSeconds = retryAfterSecondsOf(reply.headers["retry-after"]);
  if (status === 503) {
    // A bare 503 proves nothing (docs/databricks.md): the call may have run.
    const surelyNotRun = retryAfterSeconds !== undefined;
    const message = surelyNotRun
      ? "Databricks is too busy. Try again after the time in Retry-After."
      : "Databricks is not available.";
    const options = { retryAfterSeconds: retryAfterSeconds ?? 1, surelyNotRun, cause };
    return new OperationError("TEMPORARILY_UNAVAILABLE", message, options);
  }
  if (status === 501) {
    return new OperationError("NOT_IMPLEMENTED", "The workspace does not implement this.", { cause });
  }
  if (status >= 500 || status < 400) {
    return new OperationError("UPSTREAM_ERROR", "Databricks failed with an internal error.", { cause });
  }
  return new OperationError(code, messageOf(body, redact) ?? ownWords(code), {
    status,
    retryable: isErrorCode(code) ? errorTable[code].retryable : status === 429,
    details: errorDetails(body.details, redact),
    cause,
    // The default of Databricks' SDKs is a second.
    ...(status === 429 ? { retryAfterSeconds: retryAfterSeconds ?? 1 } : {}),
  });
}

/** Jobs and Clusters refuse an unknown id as an invalid parameter; their SDKs tell it by its words (docs/databricks.md). */
function withCodeOfMissing(body: ParsedBody): ParsedBody {
  const { code, message = "" } = body;
  const isMissing =
    code === "INVALID_PARAMETER_VALUE" &&
    (/^(?:Cluster|Job|Run) [\w-]{1,64} does not exist/.test(message) ||
      /^Run: [\w-]{1,64} in job: [\w-]{1,64} doesn't exist/.test(message));
  return isMissing ? { ...body, code: "RESOURCE_DOES_NOT_EXIST" } : body;
}

/** Whether a call with this HTTP status can have taken effect. Neither 408 nor 499 is a refusal. */
function mayHaveRun(status: number): boolean {
  return status >= 500 || status === 408 || status === 499;
}

/**
 * A redirect is never followed, since the next host would get the token (docs/sdk-transport.md, SDK 3). The log has where it
 * leads, and the names of its query without their values, which can be secret.
 */
export function redirected(status: number, location: string | undefined, redact: Redactor): OperationError {
  const url = URL.parse(location ?? "", "https://workspace.invalid");
  const names = [...new Set(url?.searchParams.keys())].slice(0, namesMax).join(", ");
  const where =
    url === null ? "nowhere" : `${url.host === "workspace.invalid" ? "" : url.origin}${url.pathname}`;
  const cause = new Error(
    redact(`Databricks answered ${status} to ${where}${names && ` with ${names}`}`).slice(
      0,
      messageLengthMax,
    ),
  );
  const reason = reasonOf(url);
  const message = `Databricks answered with a redirect${reason && `: ${reason}`}.`;
  return new OperationError("UPSTREAM_INVALID_RESPONSE", message, { cause });
}

/** Why a redirect leads to the login page, as a name like `private-link-validation-error`. Anything else can be secret. */
function reasonOf(url: URL | null): string {
  const [name = ""] = (url?.searchParams.get("error") ?? "").split(":");
  return name.length <= 64 && /^[a-z]+(?:[-_][a-z]+)+$/.test(name) ? name : "";
}

function messageOf(body: ParsedBody, redact: Redactor): string | undefined {
  const text = body.message?.replaceAll(/\p{Cc}+/gu, " ").trim() ?? "";
  return text === "" ? undefined : redact(text).slice(0, messageLengthMax);
}

/** For an error without a message. */
function ownWords(code: string): string {
  // The error table has their meaning for our own callers.
  if (code === "REQUEST_TIMEOUT" || code === "CANCELLED") return "Databricks gave up on the request.";
  return isErrorCode(code) && code !== "BAD_REQUEST"
    ? errorTable[code].meaning
    : "Databricks refused the request.";
}

/** All that the reply to a HEAD can say. */
function reasonPhraseOf({ headers }: ReplyHead): string | undefined {
  return textOf(headers["x-databricks-reason-phrase"]);
}

/** The start of a body of no known shape, on one line, for the log. */
function wordsOf(text: string): string {
  return text
    .slice(0, pageLengthMax)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

// Reads what Databricks' Go and Python SDKs read: JSON of several generations, `CODE: message`, HTML.
function parseBody(text: string): ParsedBody {
  const trimmed = text.trim();
  if (trimmed === "") return {};
  const json = parseJson(trimmed);
  if (json !== undefined) return isObject(json) ? parseJsonBody(json) : {};
  const prefixed = /^([A-Z][A-Z0-9_]{2,63}): (.+)$/s.exec(trimmed);
  if (prefixed) return { code: knownCode(prefixed[1]), message: prefixed[2] };
  // One sentence without markup, like "Unable to load OAuth Config".
  if (trimmed.length <= plainTextLengthMax && /^[^<>{}\r\n]+$/.test(trimmed)) return { message: trimmed };
  const page = trimmed.slice(0, pageLengthMax);
  const html = between(page, /<pre>/i, /<\/pre>/i) ?? between(page, /<title>/i, /<\/title>/i);
  // Without either it is possibly a page of some proxy, so not for the caller.
  return { message: html?.replaceAll(/<[^<>]*>/g, " ") };
}

/** From the first `open` up to the first `close` after it. One pattern for both would try every `open` in turn. */
function between(page: string, open: RegExp, close: RegExp): string | undefined {
  const start = page.search(open);
  if (start === -1) return undefined;
  const rest = page.slice(start);
  const end = rest.search(close);
  return end === -1 ? undefined : rest.slice(0, end);
}

function parseJsonBody(json: Record<string, unknown>): ParsedBody {
  const details = Array.isArray(json["details"]) ? json["details"] : undefined;
  if ("scimType" in json || "detail" in json) {
    const kind = textOf(json["scimType"]);
    const detail = json["detail"] === "null" ? undefined : textOf(json["detail"]);
    return { message: [kind, detail].filter(Boolean).join(" ") || undefined, details };
  }
  // API 1.2 has `error`; OAuth has `error` and `error_description`.
  const message = textOf(json["message"]) ?? textOf(json["error_description"]) ?? textOf(json["error"]);
  return { code: knownCode(textOf(json["error_code"])), message, details };
}

/** The code, if it has the form of one and is not this product's own. A number is no code (docs/databricks.md). */
function knownCode(code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Za-z][\w.]{2,127}$/.test(code)) return undefined;
  return isErrorCode(code) && errorTable[code].isOurs ? undefined : code;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
