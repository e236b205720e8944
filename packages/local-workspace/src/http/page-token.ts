import { createHash } from "node:crypto";
import { z } from "zod";
import { invalidParameter } from "./api-error.ts";

const positionSchema = z.strictObject({
  /** The last name of the page before; undefined at the start. */
  after: z.string().optional(),
  /** Empty pages already given before the next real one (a fault asks for them). */
  empties: z.number().int(),
});

export type Position = z.infer<typeof positionSchema>;

/** Continues after a name and not at a number, so it stays right while entries come and go, and over a restart. */
export function encodePageToken(scope: string, position: Position): string {
  const text = JSON.stringify(position);
  return Buffer.from(`${seal(scope, text)}${text}`).toString("base64url");
}

/** 400 for a token that is not one of this listing's. */
export function decodePageToken(scope: string, token: string | null): Position {
  if (token === null || token === "") return { empties: 0 };
  const text = Buffer.from(token, "base64url").toString("utf8");
  try {
    if (text.slice(0, SEAL_LENGTH) === seal(scope, text.slice(SEAL_LENGTH))) {
      return positionSchema.parse(JSON.parse(text.slice(SEAL_LENGTH)));
    }
  } catch {
    // Not one of ours: refused below.
  }
  throw invalidParameter("The page token is invalid.");
}

const SEAL_LENGTH = 12;

function seal(scope: string, text: string): string {
  return createHash("sha256").update(`${scope}\n${text}`).digest("base64url").slice(0, SEAL_LENGTH);
}
