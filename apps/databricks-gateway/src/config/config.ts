import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Policy, readPolicy } from "@front-door/policy";
import {
  appFolder,
  configOf,
  type Environment,
  type GatewayAddress,
  gatewayAddress,
  type MetricsAddress,
  metricsAddress,
  readSettings,
  redisSecrets,
  reportOf,
  type SettingsCheck,
  type SettingsReport,
  type StopTimes,
  secretsOfTracing,
  settingNames,
  stopTimes,
  type TracingConfig,
  tracingConfig,
} from "@front-door/service-runtime";
import { type FederationConfig, federationConfig } from "./federation-settings.ts";
import { proxyFor, proxySecrets } from "./forward-proxy.ts";
import { type SessionsConfig, sessionsConfig } from "./session-settings.ts";
import { type Settings, settings } from "./settings.ts";
import { refuseUnusablePaths } from "./unusable-paths.ts";
import { withNamedToken } from "./workload-settings.ts";
import type { WorkspaceAddress } from "./workspace-address.ts";
import { profileFilesOf, readWorkspaces, type WorkspaceConfigs } from "./workspaces.ts";

/** Every setting that the gateway reads. */
export const ownSettings: readonly string[] = settingNames(settings);

/** It listens on the port, on the socket, or on both. */
export interface GatewayConfig extends GatewayAddress {
  /** What every caller of `/run` must send. */
  readonly secret: string;
  /** How much of each limit one caller may have. */
  readonly callerSharePercent: number;
  /** How much memory all streams together may take. */
  readonly streamBytesMax: number;
  /** Where this process serves its metrics. Undefined: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  /** Where this process sends its traces. Undefined: nowhere, and none are made. */
  readonly tracing: TracingConfig | undefined;
  readonly stopTimes: StopTimes;
  readonly logLevel: Settings["LOG_LEVEL"];
  readonly workspaces: WorkspaceConfigs;
  /** Further workspaces that a request's own token may be sent to. The gateway's own credentials never are. */
  readonly tokenOnly: readonly WorkspaceAddress[];
  /** The forward proxy on the way to an origin. */
  readonly proxyFor: (origin: string) => string | undefined;
  readonly policy: Policy;
  /** Whose rules decide what each caller may do. Undefined: everybody may do what the policy allows. */
  readonly accessFile: string | undefined;
  readonly audit: AuditConfig;
  /** Undefined: nobody signs in with Databricks here. */
  readonly sessions: SessionsConfig | undefined;
  /** Undefined: no caller runs by a JWT here. */
  readonly federation: FederationConfig | undefined;
  /** Every secret in the settings, used or not: no line of this process may show one. */
  readonly secrets: readonly string[];
  /** The files whose change can change an identity. */
  readonly files: readonly string[];
  /** A digest of every setting that takes a restart to change. */
  readonly fixed: Readonly<Record<string, string>>;
  /** One line for each name in the settings that looks like a typo. */
  readonly warnings: readonly string[];
}

export interface AuditConfig {
  /** `stdout`, `off`, or a file's path. */
  readonly log: string;
  /** Whether what may change something waits until its lines are on the disk. Only a file can be `strict`. */
  readonly durability: "strict" | "relaxed";
  readonly fileBytesMax: number;
  readonly filesMax: number;
  /** Whether lines contain the text of SQL statements, and the values of their parameters. */
  readonly sql: boolean;
  readonly parameters: boolean;
}

interface Sources {
  readonly environment: Environment;
  /** A later one wins over an earlier one, and the environment over both. */
  readonly files: readonly string[];
  /** Whether a process starts with these settings. Then the files that it will create are checked too. */
  readonly atStart?: boolean;
}

function read(sources: Sources, report: SettingsReport): GatewayConfig | undefined {
  const { values: given, texts, secretFiles } = readSettings(settings, sources, report);
  const values = withNamedToken(given, sources.environment, report);
  const address = gatewayAddress(values, report);
  const workspaces = readWorkspaces(values, report);
  const policy = readPolicy(values, report);
  const durability = auditDurability(values, report);
  const sessions = sessionsConfig(values, report);
  const federation = federationConfig(values, report);
  const tracing = tracingConfig(values, "gateway");
  if (sources.atStart) refuseUnusablePaths(values, report);
  if (workspaces === undefined) return undefined;
  return {
    ...address,
    secret: values.GATEWAY_SECRET,
    callerSharePercent: values.CALLER_SHARE_PERCENT,
    stopTimes: stopTimes(values),
    streamBytesMax: values.STREAM_BYTES_MAX,
    metrics: metricsAddress(values, "gateway"),
    tracing,
    logLevel: values.LOG_LEVEL,
    workspaces,
    tokenOnly: values.DATABRICKS_ALLOWED_HOSTS.map((host) => ({
      ...host,
      proxy: proxyFor(host.origin, values),
    })),
    proxyFor: (origin) => proxyFor(origin, values),
    policy,
    accessFile: values.ACCESS_FILE,
    audit: {
      log: values.AUDIT_LOG,
      durability,
      fileBytesMax: values.AUDIT_LOG_BYTES_MAX,
      filesMax: values.AUDIT_LOG_FILES,
      sql: values.AUDIT_SQL,
      parameters: values.AUDIT_PARAMETERS,
    },
    sessions,
    federation,
    secrets: [...secretsOf(values, workspaces), ...(tracing === undefined ? [] : secretsOfTracing(tracing))],
    files: [...sources.files, ...secretFiles, ...tokenFilesOf(workspaces), ...profileFilesOf(values)],
    fixed: digestsOf(texts),
    warnings: report.warnings,
  };
}

/** The configuration for settings from any source. Throws a ConfigError with all problems. */
export function parseConfig(environment: Environment): GatewayConfig {
  return configOf((report) => read({ environment, files: [] }, report));
}

/** The problems and likely typos in the settings that the gateway would start with. Starts nothing. */
export function checkSettings(environment: Environment, folder = ownFolder): SettingsCheck {
  const files = settingsFilesIn(folder);
  return reportOf((report) => read({ environment, files, atStart: true }, report));
}

function auditDurability(
  { AUDIT_LOG: log, AUDIT_DURABILITY: given }: Settings,
  report: SettingsReport,
): AuditConfig["durability"] {
  const isFile = log !== "stdout" && log !== "off";
  if (given === "strict" && !isFile) {
    report.refuse("AUDIT_DURABILITY", `strict needs a file: AUDIT_LOG is ${log}`);
  }
  return given ?? (isFile ? "strict" : "relaxed");
}

function tokenFilesOf(workspaces: WorkspaceConfigs): string[] {
  return workspaces.flatMap(({ identity }) =>
    identity !== undefined && "tokenFile" in identity.credentials ? [identity.credentials.tokenFile] : [],
  );
}

/** Without the client id: it is a name, which `/ready` and the audit log show. */
function secretsOf(values: Settings, workspaces: WorkspaceConfigs): string[] {
  const { GATEWAY_SECRET: secret, DATABRICKS_TOKEN: token, DATABRICKS_CLIENT_SECRET: clientSecret } = values;
  const { ARM_CLIENT_SECRET: entraSecret } = values;
  const own = workspaces.flatMap(({ identity }) => {
    if (identity === undefined) return [];
    const { credentials } = identity;
    if ("token" in credentials) return [credentials.token];
    if ("workloadToken" in credentials) return [credentials.workloadToken];
    return "clientSecret" in credentials ? [credentials.clientSecret] : [];
  });
  const { DATABRICKS_OIDC_TOKEN: workload, ACTIONS_ID_TOKEN_REQUEST_TOKEN: github } = values;
  const { DATABRICKS_OAUTH_CLIENT_SECRET: appSecret, SESSION_KEY: keys = [], REDIS_URL: redis } = values;
  const ofSessions = [appSecret, ...keys.map((key) => key.toString("base64")), ...redisSecrets(redis)];
  const all = [
    secret,
    token,
    clientSecret,
    entraSecret,
    workload,
    github,
    ...own,
    ...ofSessions,
    ...proxySecrets(values),
  ];
  return [...new Set(all.filter((text) => text !== undefined))];
}

/** The gateway's own credentials and the files for them, which take effect without a restart. */
const rotating = /^DATABRICKS_(TOKEN|CLIENT_ID|CLIENT_SECRET|OIDC_TOKEN|OIDC_TOKEN_FILEPATH)$|^ARM_|_FILE$/;

function digestsOf(texts: Environment): Record<string, string> {
  const fixed = settingNames(settings).filter((name) => !rotating.test(name));
  return Object.fromEntries(
    fixed.map((name) => [
      name,
      createHash("sha256")
        .update(texts[name] ?? "")
        .digest("base64url"),
    ]),
  );
}

/** The settings of this process, and how to read them again. */
export interface ConfigSource {
  readonly config: GatewayConfig;
  /** From the files as they are now and the environment as it was. Throws a ConfigError. */
  reread(this: void): GatewayConfig;
}

const ownFolder = appFolder(import.meta.url);
const settingsFilesIn = (folder: string) => [".env", ".env.local"].map((name) => join(folder, name));

/**
 * The settings of this process: its environment, then `.env.local`, then `.env` of the gateway's own folder. Throws a
 * ConfigError. Afterwards the secrets are gone from the environment, so no child or dump has them.
 */
export function readConfig(folder = ownFolder): ConfigSource {
  const sources = { environment: { ...process.env }, files: settingsFilesIn(folder) };
  const config = configOf((report) => read({ ...sources, atStart: true }, report));
  for (const name of settings.secrets) delete process.env[name];
  // DATABRICKS_OIDC_TOKEN_ENV can name any variable.
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && config.secrets.includes(value.trim())) delete process.env[name];
  }
  return { config, reread: () => configOf((report) => read(sources, report)) };
}
