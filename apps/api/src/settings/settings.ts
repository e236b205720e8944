import { isIP } from "node:net";
import {
  callerShare,
  commaSeparated,
  gatewaySettings,
  logLevel,
  metricsSettings,
  oneOf,
  redisUrl,
  stopSettings,
  tracingSecrets,
  tracingSettings,
  trueOrFalse,
  wholeNumber,
} from "@front-door/service-runtime";
import * as z from "zod";
import { signInSettings } from "../sign-in/sign-in-config.ts";

const fields = {
  HOST: z
    .string()
    .refine(isAddress, "must be an address of this machine, like 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535).default(3001),
  ...gatewaySettings,
  CALLS_MAX: wholeNumber(1, 99_999).default(256),
  CALLER_SHARE_PERCENT: callerShare,
  READY_TIMEOUT_MS: wholeNumber(0, 9_999_999).default(30_000),
  ...stopSettings,
  ALLOWED_HOSTS: commaSeparated.transform((names) => names.map((name) => name.toLowerCase())).default([]),
  ALLOW_ANONYMOUS: trueOrFalse,
  ...signInSettings,
  ACCESS_FILE: z.string().optional(),
  CORS_ORIGINS: commaSeparated
    .refine(
      (origins) => origins.every(isWebOrigin),
      'must be origins like https://app.example.com, each in full and without a path; "*" would let every web page in',
    )
    .default([]),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 9_999_999).optional(),
  REDIS_URL: redisUrl.optional(),
  CONSOLE: oneOf(["on", "off"]).default("on"),
  MCP: oneOf(["on", "off"]).default("on"),
  ...metricsSettings,
  ...tracingSettings,
  LOG_LEVEL: logLevel,
};

/** The settings of the front door. `.env.template` documents them, and a test keeps both in step. */
export const settings = {
  fields,
  secrets: ["GATEWAY_SECRET", "REDIS_URL", ...tracingSecrets],
  otherNames: ["SETTINGS_FILE", "AGENT_BUILDER_UC_SCHEMA", "OIDC_PRINCIPALS_FILE"],
  prefixes: ["CORS_", "GATEWAY_", "OIDC_", "RATE_LIMIT_"],
} as const;

function isAddress(host: string): boolean {
  // All digits and dots but not an IP address: a typo, not a name.
  return isIP(host) !== 0 || (/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(host) && !/^[\d.]+$/.test(host));
}

/** Whether it is written as browsers write `Origin`, so that the two can be compared as text. */
function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  // A pattern would be compared as text too, and match nothing.
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes("*");
}
