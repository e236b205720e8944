import { createHash } from "node:crypto";
import { z } from "zod";
import { invalidParameter } from "./api-error.ts";

const positionSchema = z.strictObject({
  /** The last name of the previous page; undefined at the start. */
  after: z.string().optional(),
  /** How many of the empty pages that a fault wants were sent before the next real one. */
  empties: z.number().int(),
});

export type Position = z.infer<typeof positionSchema>;

/** The token continues after a name, not at an index: it stays right while entries come and go, and over a restart. */
export function encodePageToken(scope: string, position: Position): string {
  const text = JSON.stringify(position);
  return Buffer.from(`${seal(scope, text)}${text}`).toString("base64url");
}

/** Throws 400 if the token is not from this listing. */
export function decodePageToken(scope: string, token: string | null): Position {
  if (token === null || token === "") return { empties: 0 };
  const text = Buffer.from(token, "base64url").toString("utf8");
  try {
    if (text.slice(0, SEAL_LENGTH) === seal(scope, text.slice(SEAL_LENGTH))) {
      return positionSchema.parse(JSON.parse(text.slice(SEAL_LENGTH)));
    }
  } catch {
    // Not one of our tokens: rejected below.
  }
  throw invalidParameter("page_token is invalid: it must come from an earlier page of this listing.");
}

const SEAL_LENGTH = 12;

function seal(scope: string, text: string): string {
  return createHash("sha256").update(`${scope}\n${text}`).digest("base64url").slice(0, SEAL_LENGTH);
}
