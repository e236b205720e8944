import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import * as z from "zod";

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
  READY_TIMEOUT_MS: z
    .string()
    .regex(/^\d{1,7}$/, "must be a whole number of milliseconds")
    .transform(Number)
    .default(30_000),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim().toLowerCase()))
    .default([]),
  ALLOW_ANONYMOUS: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be trace, debug, info, warn, error, fatal or silent",
    })
    .default("info"),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly gatewayOrigin: string;
  readonly gatewaySecret: string;
  readonly readyTimeoutMs: number;
  /** Names in a `Host` header that are answered, in lower case; undefined: every one. */
  readonly allowedHosts: readonly string[] | undefined;
  readonly logLevel: z.output<typeof settings>["LOG_LEVEL"];
  readonly settingsFile: string;
}

/** A setting that cannot be used; the message is one line that names it and says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export type Environment = Record<string, string | undefined>;

/**
 * Reads the settings: the environment wins over SETTINGS_FILE, and an empty value counts as none. Throws a
 * {@link ConfigError} for the first that cannot be used.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const settingsFile =
    environment["SETTINGS_FILE"] || fileURLToPath(new URL("../.env.local", import.meta.url));
  if (!statSync(dirname(settingsFile), { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigError(
      `SETTINGS_FILE: ${dirname(settingsFile)} is not a folder: make it, or set another file`,
    );
  }
  const parsed = settings.safeParse({
    ...withoutEmpty(readSettings(settingsFile)),
    ...withoutEmpty(environment),
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { data } = parsed;
  const loopback = isLoopback(data.HOST);
  if (!loopback && data.ALLOW_ANONYMOUS !== "true") {
    throw new ConfigError(
      `HOST: ${data.HOST} is reachable from other machines, and callers are not authenticated: anyone who reaches it acts as the gateway's identity. Keep HOST=127.0.0.1, or set ALLOW_ANONYMOUS=true where the network itself keeps strangers out`,
    );
  }
  return {
    host: data.HOST,
    port: data.PORT,
    gatewayOrigin: `http://127.0.0.1:${data.GATEWAY_PORT}`,
    gatewaySecret: data.GATEWAY_SECRET,
    readyTimeoutMs: data.READY_TIMEOUT_MS,
    allowedHosts: allowedHosts(loopback, data.ALLOWED_HOSTS),
    logLevel: data.LOG_LEVEL,
    settingsFile,
  };
}

// A web page can point its own name at 127.0.0.1 (DNS rebinding) and then read every reply; its name gives it away.
function allowedHosts(loopback: boolean, named: readonly string[]): readonly string[] | undefined {
  if (loopback) return ["localhost", "127.0.0.1", "[::1]", ...named];
  return named.length > 0 ? named : undefined;
}

/**
 * Takes Databricks' credentials out of this process's environment and gives their names. They stay readable in
 * /proc/<pid>/environ, so the start script never passes them here.
 */
export function dropDatabricksSettings(environment: Environment = process.env): string[] {
  const names = Object.keys(environment).filter((name) => /^DATABRICKS_/i.test(name));
  for (const name of names) Reflect.deleteProperty(environment, name);
  return names.toSorted();
}

function readSettings(file: string): Environment {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new ConfigError(
      `SETTINGS_FILE: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

function isAddress(host: string): boolean {
  // What is all digits and dots, but no IP address, is a slip and no name.
  return isIP(host) !== 0 || (/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(host) && !/^[\d.]+$/.test(host));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
