import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseDotenv } from "dotenv";
import type { Policy } from "../policy/policy.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { ConfigError, type Environment } from "./config-error.ts";
import { secretFilesOf, withSecretFiles } from "./secret-files.ts";
import { type Settings, settings } from "./settings.ts";
import { profileFilesOf, readWorkspaces, type WorkspaceConfigs } from "./workspaces.ts";

export interface GatewayConfig {
  readonly port: number;
  /** Listened on in place of the port. */
  readonly socketPath?: string | undefined;
  /** What every caller of `/run` has to show. */
  readonly secret: string;
  readonly logLevel: Settings["LOG_LEVEL"];
  readonly workspaces: WorkspaceConfigs;
  /** Origins that a request's own token may be sent to, beside the workspaces'. Never a credential of the gateway. */
  readonly tokenOrigins: readonly string[];
  readonly policy: Policy;
  readonly audit: AuditConfig;
  /** Every secret that the settings have, also where another one is used: what no line of this process may show. */
  readonly secrets: readonly string[];
  /** Files whose change can mean another identity. */
  readonly files: readonly string[];
  /** A digest of every setting that takes a restart to change. */
  readonly fixed: Readonly<Record<string, string>>;
}

export interface AuditConfig {
  /** `stdout`, `off`, or a file's path. */
  readonly log: string;
  readonly fileBytesMax: number;
  readonly filesMax: number;
  /** Whether lines have the text of SQL, and the values of its parameters. */
  readonly sql: boolean;
  readonly parameters: boolean;
}

/** Checks settings from any source. Throws a {@link ConfigError}. Reads the files they name, and no environment. */
export function parseConfig(environment: Environment): GatewayConfig {
  const given = withoutEmpty(environment);
  const parsed = settings.safeParse(withSecretFiles(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}`);
  }
  const values = parsed.data;
  const workspaces = readWorkspaces(values);
  return {
    port: values.GATEWAY_PORT,
    socketPath: values.GATEWAY_SOCKET,
    secret: values.GATEWAY_SECRET,
    logLevel: values.LOG_LEVEL,
    workspaces,
    tokenOrigins: values.DATABRICKS_ALLOWED_HOSTS,
    policy: readPolicy(values),
    audit: {
      log: values.AUDIT_LOG,
      fileBytesMax: values.AUDIT_LOG_BYTES_MAX,
      filesMax: values.AUDIT_LOG_FILES,
      sql: values.AUDIT_SQL,
      parameters: values.AUDIT_PARAMETERS,
    },
    secrets: secretsOf(values, workspaces),
    files: [...secretFilesOf(given), ...profileFilesOf(values)],
    fixed: digestsOf(withSecretFiles(given)),
  };
}

/** A client id is none: it is a name, and stands in `/ready` and in the audit log. */
function secretsOf(values: Settings, workspaces: WorkspaceConfigs): string[] {
  const { GATEWAY_SECRET: secret, DATABRICKS_TOKEN: token, DATABRICKS_CLIENT_SECRET: clientSecret } = values;
  const own = workspaces.flatMap(({ identity }) => {
    if (identity === undefined) return [];
    const { credentials } = identity;
    return ["token" in credentials ? credentials.token : credentials.clientSecret];
  });
  return [...new Set([secret, token, clientSecret, ...own].filter((text) => text !== undefined))];
}

/** What names or is a credential of the gateway's own; it is taken up without a restart. */
const rotating = /^DATABRICKS_(TOKEN|CLIENT_ID|CLIENT_SECRET)(_FILE)?$|_FILE$/;

function digestsOf(environment: Environment): Record<string, string> {
  const fixed = Object.keys(settings.shape).filter((name) => !rotating.test(name));
  return Object.fromEntries(
    fixed.map((name) => [
      name,
      createHash("sha256")
        .update(environment[name] ?? "")
        .digest("base64url"),
    ]),
  );
}

const secretNames = ["GATEWAY_SECRET", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET"];

/** The settings of this process, and how to read them again. */
export interface ConfigSource {
  readonly config: GatewayConfig;
  /** From the files as they are now and the environment as it was. Throws a {@link ConfigError}. */
  reread(this: void): GatewayConfig;
}

/**
 * The settings of this process: its environment, then `.env.local`, then `.env` of the gateway's own folder. Throws a
 * {@link ConfigError}. Afterwards the secrets are gone from the environment, so no child or dump has them.
 */
export function readConfig(folder = join(import.meta.dirname, "../..")): ConfigSource {
  const files = [".env", ".env.local"].map((name) => join(folder, name));
  const environment = withoutEmpty(process.env);
  const reread = () => {
    const config = parseConfig([...files.map(readDotenv), environment].reduce(overlaid, {}));
    return { ...config, files: [...files, ...config.files] };
  };
  const config = reread();
  for (const name of secretNames) delete process.env[name];
  return { config, reread };
}

/** `upper` wins, also where one names a value and the other the file that has it. */
function overlaid(lower: Environment, upper: Environment): Environment {
  const above = withoutEmpty(upper);
  const rest = Object.entries(lower).filter(([name]) => {
    const other = name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : `${name}_FILE`;
    return above[other] === undefined;
  });
  return { ...Object.fromEntries(rest), ...above };
}

/** A line such as `DATABRICKS_TOKEN=` of a copied template means that the setting is not there. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function readDotenv(file: string): Environment {
  try {
    return parseDotenv(readFileSync(file));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new ConfigError(`${file} cannot be read: make it readable or delete it`);
  }
}

/** What is wrong with the settings of the gateway, a line each, and what looks like a slip. Starts nothing. */
export function checkSettings(environment: Environment): { problems: string[]; warnings: string[] } {
  try {
    parseConfig(environment);
    return { problems: [], warnings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: [error.message], warnings: [] };
  }
}
