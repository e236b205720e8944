import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import type * as z from "zod";
import { ConfigError } from "../config-error.ts";
import { type SignInConfig, signInConfig } from "../sign-in/sign-in-config.ts";
import { TrustedProxies } from "../sign-in/trusted-proxies.ts";
import { secretSettings, settings } from "./settings.ts";

export interface AllowedHosts {
  /** In lower case and without a port. */
  readonly names: readonly string[];
  /** Whether any IP address is one too. */
  readonly addresses: boolean;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly gatewayOrigin: string;
  readonly gatewaySecret: string;
  /** In place of the origin's port. */
  readonly gatewaySocket: string | undefined;
  /** Calls of the gateway at once, files and queries not counted; one too many is refused. */
  readonly callsMax: number;
  readonly readyTimeoutMs: number;
  /** What may stand in a `Host` header; undefined: anything. */
  readonly allowedHosts: AllowedHosts | undefined;
  readonly signIn: SignInConfig;
  readonly trustedProxies: TrustedProxies;
  /** Origins of web pages that may read what this server answers. */
  readonly corsOrigins: readonly string[];
  /** 0: no limit. */
  readonly rateLimitPerMinute: number;
  /** Where rate limits are counted for several front doors together. */
  readonly redisUrl: string | undefined;
  readonly logLevel: z.output<typeof settings>["LOG_LEVEL"];
  readonly settingsFile: string;
}

export type Environment = Record<string, string | undefined>;

/**
 * Reads the settings: the environment wins over SETTINGS_FILE, and an empty value counts as none. Throws a
 * {@link ConfigError} for the first that cannot be used.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const settingsFile =
    environment["SETTINGS_FILE"] || fileURLToPath(new URL("../../.env.local", import.meta.url));
  if (!statSync(dirname(settingsFile), { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigError(
      `SETTINGS_FILE: ${dirname(settingsFile)} is not a folder: make it, or set another file`,
    );
  }
  const given = overruled(withoutEmpty(readSettings(settingsFile)), withoutEmpty(environment));
  const parsed = settings.safeParse({ ...given, ...secretsFromFiles(given) });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { data } = parsed;
  const loopback = isLoopback(data.HOST);
  const signIn = signInConfig(data);
  if (signIn.mode === "none" && !loopback && data.ALLOW_ANONYMOUS !== "true") {
    throw new ConfigError(
      `HOST: ${data.HOST} is reachable from other machines, and with API_AUTH=none anyone who reaches it acts as the gateway's identity. Set API_AUTH to api-key, oidc or forwarded, keep HOST=127.0.0.1, or set ALLOW_ANONYMOUS=true where the network itself keeps strangers out`,
    );
  }
  return {
    host: data.HOST,
    port: data.PORT,
    gatewayOrigin: `http://127.0.0.1:${data.GATEWAY_PORT}`,
    gatewaySecret: data.GATEWAY_SECRET,
    gatewaySocket: data.GATEWAY_SOCKET,
    callsMax: data.CALLS_MAX,
    readyTimeoutMs: data.READY_TIMEOUT_MS,
    allowedHosts: allowedHosts(loopback, data.ALLOWED_HOSTS),
    signIn,
    trustedProxies: data.TRUSTED_PROXIES ?? new TrustedProxies([]),
    corsOrigins: data.CORS_ORIGINS,
    // One person's own machine needs no limit.
    rateLimitPerMinute: data.RATE_LIMIT_PER_MINUTE ?? (signIn.mode === "none" && loopback ? 0 : 1_200),
    redisUrl: data.REDIS_URL,
    logLevel: data.LOG_LEVEL,
    settingsFile,
  };
}

// A web page can point its own name at an address of ours (DNS rebinding) and then read every reply; its name gives it
// away. An address is no name that anybody could point anywhere, and health checks of load balancers go by it.
function allowedHosts(loopback: boolean, named: readonly string[]): AllowedHosts | undefined {
  if (!loopback && named.length === 0) return undefined;
  return { names: ["localhost", "127.0.0.1", "[::1]", ...named], addresses: !loopback };
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

/** A secret of the environment, or the file that it names for one, overrules both ways of saying it in the file. */
function overruled(file: Environment, environment: Environment): Environment {
  const said = secretSettings.filter((name) => name in environment || `${name}_FILE` in environment);
  const both = new Set(said.flatMap((name) => [name, `${name}_FILE`]));
  return { ...Object.fromEntries(Object.entries(file).filter(([name]) => !both.has(name))), ...environment };
}

/** What a mounted secret holds, without the newline that editors put at its end. */
function secretsFromFiles(given: Environment): Environment {
  const named = secretSettings.filter((name) => given[`${name}_FILE`] !== undefined);
  return Object.fromEntries(named.map((name) => [name, readSecret(name, given)]));
}

function readSecret(name: string, given: Environment): string {
  const fileSetting = `${name}_FILE`;
  if (given[name] !== undefined) {
    throw new ConfigError(`${fileSetting}: is set, and ${name} too: leave one of them out`);
  }
  const file = given[fileSetting] ?? "";
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new ConfigError(
      `${fileSetting}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** What is wrong with the settings of the front door, a line each, and what looks like a slip. Starts nothing. */
export function checkSettings(environment: Environment): { problems: string[]; warnings: string[] } {
  try {
    loadConfig(environment);
    return { problems: [], warnings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: [error.message], warnings: [] };
  }
}
