import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { problemOfAccessFile } from "@front-door/policy";
import {
  appFolder,
  configOf,
  type Environment,
  type GatewayAddress,
  gatewayAddress,
  isLoopback,
  loopbackNames,
  type MetricsAddress,
  metricsAddress,
  readSettings,
  reportOf,
  type SettingsCheck,
  type SettingsReport,
  type StopTimes,
  settingNames,
  stopTimes,
  type TracingConfig,
  tracingConfig,
} from "@front-door/service-runtime";
import type { LevelWithSilent } from "pino";
import { type SignInConfig, signInConfig, wayOf } from "../sign-in/sign-in-config.ts";
import { TrustedProxies } from "../sign-in/trusted-proxies.ts";
import { settings } from "./settings.ts";

/** Every setting that the front door reads. */
export const ownSettings: readonly string[] = settingNames(settings);

export interface AllowedHosts {
  /** In lower case and without a port. */
  readonly names: readonly string[];
  /** Whether any IP address is allowed too. */
  readonly addresses: boolean;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** The socket is used where there is one. */
  readonly gateway: GatewayAddress;
  readonly gatewaySecret: string;
  /** The most calls to the gateway at once, not counting files and queries; a call beyond it is refused. */
  readonly callsMax: number;
  /** How much of each limit (calls, files, queries) one caller may have. */
  readonly callerSharePercent: number;
  readonly readyTimeoutMs: number;
  readonly stopTimes: StopTimes;
  /** The names allowed in a `Host` header. Undefined allows any. */
  readonly allowedHosts: AllowedHosts | undefined;
  readonly signIn: SignInConfig;
  /** Whose rules decide what each caller may do. Undefined: everybody may do what their sign-in allows. */
  readonly accessFile: string | undefined;
  readonly trustedProxies: TrustedProxies;
  /** Origins of web pages that may read replies. */
  readonly corsOrigins: readonly string[];
  /** 0: no limit. */
  readonly rateLimitPerMinute: number;
  /** Where several front doors count rate limits together. */
  readonly redisUrl: string | undefined;
  /** Where the console's build is. Undefined: the API alone is served. */
  readonly consoleFolder: string | undefined;
  /** Whether agents are served at `/mcp`. */
  readonly mcp: boolean;
  /** Where this process serves its metrics. Undefined: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  /** Where this process sends its traces. Undefined: nowhere, and none are made. */
  readonly tracing: TracingConfig | undefined;
  readonly logLevel: LevelWithSilent;
  readonly settingsFile: string;
  /** One line for each name in the settings that looks like a typo. */
  readonly warnings: readonly string[];
}

/** Reads the settings; the environment wins over SETTINGS_FILE. Throws a ConfigError with all problems. */
export function loadConfig(environment: Environment): Config {
  return configOf((report) => read(environment, report));
}

/** The problems and likely typos in the settings that the front door would start with. Starts nothing. */
export function checkSettings(environment: Environment): SettingsCheck {
  return reportOf((report) => read(environment, report));
}

/** The environment of this process without what only the gateway may have. The names of that are in `dropped`. */
export interface OwnEnvironment {
  readonly environment: Environment;
  readonly dropped: readonly string[];
}

/**
 * Takes credentials for Databricks out of this process's environment. They stay readable in /proc/<pid>/environ, so the start
 * script never passes them here.
 */
export function takeEnvironment(
  environment: Record<string, string | undefined> = process.env,
): OwnEnvironment {
  const dropped = Object.keys(environment).filter((name) =>
    /^(DATABRICKS|ARM|SESSION)_|^https?_proxy$/i.test(name),
  );
  for (const name of dropped) Reflect.deleteProperty(environment, name);
  return { environment, dropped: dropped.toSorted() };
}

function read(environment: Environment, report: SettingsReport): Config | undefined {
  const settingsFile = environment["SETTINGS_FILE"]?.trim() || join(appFolder(import.meta.url), ".env.local");
  const folder = dirname(settingsFile);
  // With the dot only a folder exists.
  if (!existsSync(`${folder}/.`)) {
    report.refuse("SETTINGS_FILE", `is in ${folder}, which is not a folder: make it, or set another file`);
  }
  const { values } = readSettings(settings, { environment, files: [settingsFile] }, report);
  const gateway = gatewayAddress(values, report);
  const signIn = signInConfig(values, report);
  const loopback = isLoopback(values.HOST);
  const isOpen = values.API_AUTH.includes("none");
  if (isOpen && !report.has("API_AUTH") && !loopback && !values.ALLOW_ANONYMOUS) {
    report.refuse(
      "HOST",
      `is ${values.HOST}, which other machines can reach, and with API_AUTH=none anyone who reaches it acts as the gateway's identity: set API_AUTH to api-key, oidc, forwarded or databricks, set HOST=127.0.0.1, or set ALLOW_ANONYMOUS=true where the network itself keeps strangers out`,
    );
  }
  const broken = values.ACCESS_FILE === undefined ? undefined : problemOfAccessFile(values.ACCESS_FILE);
  if (broken !== undefined) report.refuse("ACCESS_FILE", broken);
  if (signIn === undefined) return undefined;
  const browsers = wayOf(signIn, "databricks");
  const publicUrl = browsers?.publicUrl;
  if (browsers !== undefined && publicUrl === undefined && !loopback && !report.has("PUBLIC_URL")) {
    report.refuse(
      "PUBLIC_URL",
      "is required with API_AUTH=databricks where other machines can reach this server: set it to the address that browsers have for it",
    );
  }
  return {
    host: values.HOST,
    port: values.PORT,
    gateway,
    gatewaySecret: values.GATEWAY_SECRET,
    callsMax: values.CALLS_MAX,
    callerSharePercent: values.CALLER_SHARE_PERCENT,
    readyTimeoutMs: values.READY_TIMEOUT_MS,
    stopTimes: stopTimes(values),
    allowedHosts: allowedHosts(loopback, [...values.ALLOWED_HOSTS, ...hostOf(publicUrl)]),
    signIn,
    accessFile: values.ACCESS_FILE,
    trustedProxies: values.TRUSTED_PROXIES ?? new TrustedProxies([]),
    // A page of our own whose proxy replaces the Host is no other origin.
    corsOrigins: [...values.CORS_ORIGINS, ...(publicUrl === undefined ? [] : [publicUrl])],
    // One person's own machine needs no limit.
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE ?? (isOpen && loopback ? 0 : 1_200),
    redisUrl: values.REDIS_URL,
    // In the checkout and in the image it stands beside this app.
    consoleFolder: values.CONSOLE === "on" ? join(appFolder(import.meta.url), "../console/dist") : undefined,
    mcp: values.MCP === "on",
    metrics: metricsAddress(values, "front door"),
    tracing: tracingConfig(values, "front door"),
    logLevel: values.LOG_LEVEL,
    settingsFile,
    warnings: report.warnings,
  };
}

// A web page can point its own name at our address (DNS rebinding) and then read every reply; its name in the Host header
// gives it away. Nobody can point an IP address elsewhere, and load balancers use it for health checks.
function hostOf(url: string | undefined): string[] {
  return url === undefined ? [] : [new URL(url).hostname];
}

function allowedHosts(loopback: boolean, named: readonly string[]): AllowedHosts | undefined {
  if (!loopback && named.length === 0) return undefined;
  return { names: [...loopbackNames, ...named], addresses: !loopback };
}
