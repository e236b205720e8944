import { isIP } from "node:net";
import * as z from "zod";
import { commaList } from "../comma-list.ts";
import { signInSettings } from "../sign-in/sign-in-config.ts";

const port = (least: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `must be a port number, ${least} to 65535`)
    .transform(Number)
    .pipe(z.number().min(least).max(65_535));

/** The settings of the front door. `.env.template` lists them for people, and a test keeps both in step. */
export const settings = z.object({
  HOST: z
    .string()
    .refine(isAddress, "must be an address of this machine, like 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  PORT: port(0).default(3001),
  GATEWAY_PORT: port(1).default(3002),
  GATEWAY_SECRET: z
    .string({ error: "is required: the same value as the gateway's; scripts/start.sh makes one for both" })
    .regex(
      /^[\x21-\x7e]{16,512}$/,
      "must be at least 16 visible ASCII characters, the same as the gateway's",
    ),
  GATEWAY_SECRET_FILE: z.string().optional(),
  GATEWAY_SOCKET: z
    .string()
    .regex(/^\/.{1,102}$/, "must be the absolute path of the gateway's Unix socket, at most 103 characters")
    .optional(),
  CALLS_MAX: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, "must be a whole number of calls, 1 to 99999")
    .transform(Number)
    .default(256),
  READY_TIMEOUT_MS: z
    .string()
    .regex(/^\d{1,7}$/, "must be a whole number of milliseconds")
    .transform(Number)
    .default(30_000),
  ALLOWED_HOSTS: commaList.transform((names) => names.map((name) => name.toLowerCase())).default([]),
  ALLOW_ANONYMOUS: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  ...signInSettings,
  CORS_ORIGINS: commaList
    .refine(
      (origins) => origins.every(isWebOrigin),
      'must be origins like https://app.example.com, each in full and without a path; "*" would let every web page in',
    )
    .default([]),
  RATE_LIMIT_PER_MINUTE: z
    .string()
    .regex(/^\d{1,7}$/, "must be a whole number of requests; 0 is no limit")
    .transform(Number)
    .optional(),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, "must be redis://… or rediss://…, percent-encoded where a password needs it")
    .optional(),
  REDIS_URL_FILE: z.string().optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be trace, debug, info, warn, error, fatal or silent",
    })
    .default("info"),
});

/** Settings that may stand in a file of their own, which the setting with `_FILE` at its end names. */
export const secretSettings = ["GATEWAY_SECRET", "REDIS_URL"] as const;

function isAddress(host: string): boolean {
  // What is all digits and dots, but no IP address, is a slip and no name.
  return isIP(host) !== 0 || (/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(host) && !/^[\d.]+$/.test(host));
}

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  try {
    return url !== null && /^rediss?:$/.test(url.protocol) && decodeURIComponent(url.password) !== undefined;
  } catch {
    return false;
  }
}

/** As a browser writes it in `Origin`, so that the two can be compared as text. */
function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  // A pattern would be compared as text too, and let nobody in.
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes("*");
}
