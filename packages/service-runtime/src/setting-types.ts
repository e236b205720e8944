import * as z from "zod";
import { alternatives } from "./alternatives.ts";

// The messages of these schemas follow the name of the setting: "PORT must be between 0 and 65535".

export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number between ${least} and ${most}`)
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be between ${least} and ${most}`);
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `must be ${alternatives(values)}` });
}

export const trueOrFalse = oneOf(["true", "false"])
  .transform((text) => text === "true")
  .default(false);

/** `a, b` as `["a", "b"]`; empty items are ignored. */
export const commaSeparated = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

export const logLevel = oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info");

/** How much of each limit one caller may have, in percent. A burst of 200 calls is within four fifths of 256. */
export const callerShare = wholeNumber(1, 100).default(80);

/** The address of a Redis, which can hold a password. */
export const redisUrl = z
  .string()
  .refine(isRedisUrl, "must be redis://… or rediss://…, percent-encoded where a password needs it");

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  try {
    return url !== null && /^rediss?:$/.test(url.protocol) && decodeURIComponent(url.password) !== undefined;
  } catch {
    return false;
  }
}

/** The whole address of a Redis, and its password as a message might contain it. */
export function redisSecrets(url: string | undefined): string[] {
  if (url === undefined) return [];
  return [url, decodeURIComponent(URL.parse(url)?.password ?? "")];
}
