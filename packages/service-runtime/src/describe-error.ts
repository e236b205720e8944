import { createRedactor, type Redactor } from "./redact.ts";

const causesMax = 5;
const textLengthMax = 4000;
/** Characters of a message that are looked at: far more than are shown. */
const messageLengthMax = 65_536;

/**
 * One line about a thrown value and its causes for the log: names, codes and redacted messages. The values themselves
 * are never logged: the errors of the SDK and of undici hold requests, sockets and with them tokens (docs/sdk-transport.md, SDK 14).
 */
export function describeError(error: unknown, redact: Redactor = createRedactor([], [])): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < causesMax && current !== undefined && current !== null; depth++) {
    parts.push(describeOne(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  // Redacted whole, then cut: the first half of a token is no longer recognised as one.
  return redact(parts.join(" <- ")).slice(0, textLengthMax);
}

function describeOne(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  const inner = error instanceof AggregateError ? ` (${error.errors.map(describeOne).join("; ")})` : "";
  return `${error.name}${code}: ${error.message.slice(0, messageLengthMax)}${inner}`;
}

/**
 * Where an unexpected error came from: the stack's own lines without the message, which can have lines like them. If the
 * stack does not have the message, as after a change of it, they cannot be told apart.
 */
export function stackOf(error: unknown): string[] | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const start = error.stack.indexOf(error.message);
  if (start === -1) return undefined;
  const lines = error.stack.slice(start + error.message.length).split("\n");
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
}

/** The system's code of an error, like ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
