import { readLeniently, type TokenUsage, tokenUsage } from "@front-door/operations";

/** The tokens that the reply of a model names. Empty if it names none. */
export function usageIn(reply: unknown): TokenUsage {
  if (typeof reply !== "object" || reply === null || !("usage" in reply)) return {};
  const reading = readLeniently(tokenUsage, reply.usage);
  return reading.success ? reading.data : {};
}

/** The tokens that the last of these events with a count names. */
export function usageInEvents(events: Buffer): TokenUsage | undefined {
  // Most events name none, and parsing them would cost more than all else that is done with them.
  if (!events.includes('"usage"')) return undefined;
  const found = events
    .toString()
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => usageIn(parsedOrNothing(line.slice("data:".length))));
  return found.findLast((usage) => Object.keys(usage).length > 0);
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
