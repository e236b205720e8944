import type { OperationError } from "@front-door/operations";
import type { CallToolResult } from "@modelcontextprotocol/server";

/**
 * A failure in words that tell an agent what to do next. As text alone: clients of the older revision check `structuredContent`
 * against the tool's schema for failures too.
 */
export function errorResult(error: OperationError, requestId: string): CallToolResult {
  const { code, message, outcome, details = [] } = error;
  const facts = details.flatMap(({ error_class, field, message: problem }) => [
    ...(error_class === undefined ? [] : [error_class]),
    // The first one is in the message.
    ...(field === undefined || message.startsWith(field) ? [] : [`${field}: ${problem ?? "invalid"}`]),
  ]);
  const text = [
    `${message} (${[code, ...facts].join("; ")})`,
    ...(outcome === "unknown" ? ["It may have taken effect: look before you call again."] : []),
    adviceFor(error),
    `Request id: ${requestId}`,
  ];
  return { isError: true, content: [{ type: "text", text: text.filter(Boolean).join("\n") }] };
}

const look = "Look for the right name or id with search_catalog, or with the list_… tool for such things.";
const noRight = "Calling again does not help: the user needs the right to do this.";

const adviceOf: Readonly<Record<string, string>> = {
  INVALID_PARAMETER_VALUE: "Correct the arguments and call again.",
  STATEMENT_FAILED: "Correct the statement and call again. describe_table shows a table's columns.",
  OPERATION_NOT_ALLOWED: noRight,
  PERMISSION_DENIED: noRight,
  IDENTITY_NOT_ALLOWED: noRight,
  UNAUTHENTICATED: "The user must sign in again.",
  SESSION_ENDED: "The user must sign in again.",
};

function adviceFor({ code, status, outcome, retryable, retryAfterSeconds }: OperationError): string {
  const known = adviceOf[code];
  if (known !== undefined) return known;
  if (status === 404) return look;
  if (!retryable || outcome === "unknown") return "";
  return retryAfterSeconds === undefined
    ? "Call again in a moment."
    : `Call again in ${retryAfterSeconds} s.`;
}
