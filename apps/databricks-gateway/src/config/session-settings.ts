import { redisUrl, type SettingsReport, wholeNumber } from "@front-door/service-runtime";
import * as z from "zod";
import { visible } from "./workspace-address.ts";

const keyBytes = 32;
/** Of what a timer can wait for. */
const idleMinutesMost = 20_000;

/** 32 bytes in base64, or several of them: the first one seals, and all of them open. */
const sessionKeys = z.string().transform((text, context) => {
  const keys = text
    .split(/[\s,]+/)
    .filter((key) => key !== "")
    .map((key) => Buffer.from(key, "base64"));
  if (keys.length > 0 && keys.every(({ length }) => length === keyBytes)) return keys;
  const message = `must be ${keyBytes} bytes in base64, or several of them, comma-separated: make one with "openssl rand -base64 ${keyBytes}"`;
  context.issues.push({ code: "custom", message, input: "" });
  return z.NEVER;
});

/** The settings of people who sign in with Databricks. */
export const sessionSettings = {
  DATABRICKS_OAUTH_CLIENT_ID: visible.optional(),
  DATABRICKS_OAUTH_CLIENT_SECRET: visible.optional(),
  DATABRICKS_OAUTH_SCOPES: z
    .string()
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, "must be names of scopes with single spaces between them")
    .default("all-apis offline_access"),
  SESSION_IDLE_MINUTES: wholeNumber(1, idleMinutesMost).default(120),
  SESSION_MAX_HOURS: wholeNumber(1, 8760).default(12),
  SESSION_KEY: sessionKeys.optional(),
  REDIS_URL: redisUrl.optional(),
};

const values = z.object(sessionSettings);

/** An OAuth app of the Databricks account. */
export interface OAuthApp {
  readonly clientId: string;
  /** Undefined: the app is public. */
  readonly clientSecret: string | undefined;
  /** With spaces between them. */
  readonly scopes: string;
}

export interface SessionsConfig {
  readonly app: OAuthApp;
  /** A session that nobody uses for so long ends. */
  readonly idleMs: number;
  /** A session ends then, however much it is used. */
  readonly maxMs: number;
  /** Undefined: sessions are in this process's memory. */
  readonly redis: SessionRedis | undefined;
}

export interface SessionRedis {
  readonly url: string;
  /** The first one seals, and all of them open. */
  readonly keys: readonly Buffer[];
}

/** Undefined if nobody signs in with Databricks here. */
export function sessionsConfig(
  settings: z.output<typeof values>,
  report: SettingsReport,
): SessionsConfig | undefined {
  const { DATABRICKS_OAUTH_CLIENT_ID: clientId, DATABRICKS_OAUTH_CLIENT_SECRET: clientSecret } = settings;
  if (clientId === undefined) {
    if (clientSecret !== undefined) {
      report.refuse("DATABRICKS_OAUTH_CLIENT_ID", "is missing: set it beside DATABRICKS_OAUTH_CLIENT_SECRET");
    }
    return undefined;
  }
  const { REDIS_URL: url, SESSION_KEY: keys } = settings;
  const maxMs = settings.SESSION_MAX_HOURS * 3_600_000;
  if (url !== undefined && keys === undefined && !report.has("SESSION_KEY")) {
    report.refuse(
      "SESSION_KEY",
      `is missing: sessions in the Redis of REDIS_URL are sealed with it. Make one with "openssl rand -base64 ${keyBytes}"`,
    );
  }
  return {
    app: { clientId, clientSecret, scopes: settings.DATABRICKS_OAUTH_SCOPES },
    // No store keeps a session longer than it lives.
    idleMs: Math.min(settings.SESSION_IDLE_MINUTES * 60_000, maxMs),
    maxMs,
    redis: url === undefined || keys === undefined ? undefined : { url, keys },
  };
}
