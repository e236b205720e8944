import { createHash } from "node:crypto";
import { problemOfFile, readJsonLines, watchFileFor } from "@front-door/service-runtime";
import type { Logger } from "pino";
import * as z from "zod";
import { allowsSomething } from "./allowed-operations.ts";
import { isCallerName } from "./caller-name.ts";

const apiKeyLine = z.strictObject({
  name: z
    .string()
    .regex(/^[\x21-\x7e][\x20-\x7e]{0,127}$/, "must be 1 to 128 ASCII characters")
    .refine(isCallerName, "must not be `anonymous` or `internal`"),
  /** Of the key as it is sent. No salt and no slow hash: nobody can guess a key of 256 random bits. */
  sha256: z.string().regex(/^[\da-f]{64}$/, "must be 64 hexadecimal digits in lower case"),
  operations: z
    .array(
      z
        .string()
        .refine(allowsSomething, 'must be an operation, a prefix like "list_*", "read", "write", or "*"'),
    )
    .min(1, 'must name an operation, or "*" for all'),
  expires: z.iso.datetime({ offset: true, error: "must be a time like 2030-01-31T00:00:00Z" }).optional(),
});

export type ApiKey = z.output<typeof apiKeyLine>;

/** The hash of a key, as in the file. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** Reads one JSON line for each key (see {@link readJsonLines}). Throws an Error that names line and field only. */
export function parseApiKeys(text: string): ApiKey[] {
  const seen = new Set<string>();
  return readJsonLines(text, apiKeyLine).map(([number, key]) => {
    if (seen.has(key.sha256)) throw new Error(`line ${number}: duplicate key`);
    seen.add(key.sha256);
    return key;
  });
}

/** Why the file cannot be used as it is now; undefined if it can. */
export function problemOfKeysFile(file: string): string | undefined {
  const problem = problemOfFile(file, parseApiKeys);
  return problem && `${problem}: make it with ./scripts/api-key.sh`;
}

/** The entry of a key, unless the key is unknown, revoked or expired. */
export type FindApiKey = (key: string) => ApiKey | undefined;

/**
 * Looks keys up in a file that is read again within a second of a change, so that a key can be revoked without a
 * restart. A change that cannot be read keeps the keys as they were, and is logged as an error. Throws if the file cannot
 * be read at the start.
 */
export function watchApiKeys(file: string, logger: Logger): FindApiKey {
  const keys = watchFileFor({ setting: "API_KEYS_FILE", file, parse: keysByHash, logger });
  return (key) => {
    // In one step, however many keys there are. Its time tells nothing: a hash does not show how near a guess is.
    const found = keys.current.get(hashApiKey(key));
    const expired = found?.expires !== undefined && Date.parse(found.expires) <= Date.now();
    return expired ? undefined : found;
  };
}

function keysByHash(text: string): ReadonlyMap<string, ApiKey> {
  return new Map(parseApiKeys(text).map((key) => [key.sha256, key]));
}
