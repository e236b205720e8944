import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse as parseDotenv } from "dotenv";
import { parse as parseIni } from "ini";
import * as z from "zod";
import type { OwnIdentity } from "./auth/identity.ts";

export interface GatewayConfig {
  readonly port: number;
  /** What every caller of `/run` has to show. */
  readonly secret: string;
  readonly logLevel: z.output<typeof settings>["LOG_LEVEL"];
  readonly workspace: {
    /** `https://host[:port]`, without a slash at the end. */
    readonly origin: string;
    /** The embedded workspace of a run without credentials, or a real one. */
    readonly kind: "local" | "databricks";
    /** Of the SQL warehouse; undefined: each identity's first one that runs. */
    readonly httpPath: string | undefined;
  };
  readonly identity: OwnIdentity;
}

/** One line that names the setting and says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Environment = Record<string, string | undefined>;

const visible = z.string().regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces");

const workspaceAddress = z.string().transform((text, context) => {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  const problem = url === null ? "is not an address" : problemOfAddress(url);
  if (url === null || problem !== undefined) {
    const message = `${problem}: set it to the workspace's address, like https://adb-123.azuredatabricks.net`;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  }
  return url.origin;
});

function problemOfAddress(url: URL): string | undefined {
  if (url.username !== "" || url.password !== "") return "must not hold a user or a password";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return "must be a host alone, without a path";
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && loopback)) return undefined;
  return "must begin with https://";
}

const settings = z.object({
  GATEWAY_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number, 1 to 65535: leave it out for 3002")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number, 1 to 65535: leave it out for 3002")
    .default(3002),
  GATEWAY_SECRET: z
    .string("is missing: set it to 16 or more random characters, the same as the front door's")
    .min(16, "is too short: set it to 16 or more random characters")
    .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces, since it travels in a header"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be one of trace, debug, info, warn, error, fatal, silent",
    })
    .default("info"),
  DATABRICKS_HOST: workspaceAddress.optional(),
  DATABRICKS_TOKEN: visible.optional(),
  DATABRICKS_CLIENT_ID: visible.optional(),
  DATABRICKS_CLIENT_SECRET: visible.optional(),
  DATABRICKS_CONFIG_PROFILE: z.string().optional(),
  DATABRICKS_CONFIG_FILE: z.string().optional(),
  DATABRICKS_HTTP_PATH: z
    .string()
    .regex(
      /^\/sql\/(1\.0\/(warehouses|endpoints)\/[0-9a-zA-Z_-]+|protocolv1\/o\/\d+\/[0-9a-zA-Z_-]+)$/,
      "must be a warehouse's HTTP path, like /sql/1.0/warehouses/0123456789abcdef",
    )
    .optional(),
  DATABRICKS_WAREHOUSE_ID: z
    .string()
    .regex(/^[0-9a-zA-Z_-]+$/, "must be a warehouse's id, like 0123456789abcdef")
    .optional(),
  LOCAL_WORKSPACE: z
    .enum(["true", "false"], { error: "must be true or false" })
    .transform((text) => text === "true")
    .default(false),
});

type Settings = z.output<typeof settings>;

/** Checks settings from any source. Throws a {@link ConfigError}. Reads a profile's file, and no environment. */
export function parseConfig(environment: Environment): GatewayConfig {
  const parsed = settings.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join(".")} ${issue?.message}`);
  }
  const values = parsed.data;
  const profile = readProfile(values);
  const origin = values.DATABRICKS_HOST ?? profile?.origin;
  if (profile?.origin !== undefined && profile.origin !== origin) {
    throw new ConfigError(
      "DATABRICKS_CONFIG_PROFILE is for another workspace than DATABRICKS_HOST: leave out one of them",
    );
  }
  if (origin === undefined) {
    throw new ConfigError(
      "DATABRICKS_HOST is missing: set it to the workspace's address, like https://adb-123.azuredatabricks.net",
    );
  }
  return {
    port: values.GATEWAY_PORT,
    secret: values.GATEWAY_SECRET,
    logLevel: values.LOG_LEVEL,
    workspace: {
      origin,
      kind: values.LOCAL_WORKSPACE ? "local" : "databricks",
      httpPath: warehousePath(values),
    },
    identity: ownIdentity(values, profile),
  };
}

function warehousePath({
  DATABRICKS_HTTP_PATH: path,
  DATABRICKS_WAREHOUSE_ID: id,
}: Settings): string | undefined {
  const pathOfId = id === undefined ? undefined : `/sql/1.0/warehouses/${id}`;
  if (path !== undefined && id !== undefined && !path.endsWith(`/${id}`)) {
    throw new ConfigError(
      "DATABRICKS_WAREHOUSE_ID is another warehouse than that of DATABRICKS_HTTP_PATH: leave out one of them",
    );
  }
  return path ?? pathOfId;
}

function ownIdentity(values: Settings, profile: Profile | undefined): OwnIdentity {
  requireHost(values, profile);
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = values;
  if (clientId !== undefined && clientSecret !== undefined) {
    return { kind: "oauth-m2m", credentials: { clientId, clientSecret } };
  }
  if (clientId !== undefined || clientSecret !== undefined) {
    const missing = clientId === undefined ? "DATABRICKS_CLIENT_ID" : "DATABRICKS_CLIENT_SECRET";
    throw new ConfigError(`${missing} is missing: set it together with its other half, or neither`);
  }
  if (values.DATABRICKS_TOKEN !== undefined) {
    return { kind: "pat", credentials: { token: values.DATABRICKS_TOKEN } };
  }
  if (profile === undefined) {
    throw new ConfigError(
      "DATABRICKS_TOKEN is missing: set it, or DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET, or DATABRICKS_CONFIG_PROFILE",
    );
  }
  return { kind: "profile", credentials: profile.credentials };
}

/** A credential of the environment goes to the host of the environment, never to one that only a profile names. */
function requireHost(values: Settings, profile: Profile | undefined): void {
  if (profile === undefined || values.DATABRICKS_HOST !== undefined) return;
  const name = (["DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET", "DATABRICKS_TOKEN"] as const).find(
    (setting) => values[setting] !== undefined,
  );
  if (name !== undefined) {
    throw new ConfigError(
      `${name} and DATABRICKS_CONFIG_PROFILE are both set: leave one out, or set DATABRICKS_HOST`,
    );
  }
}

interface Profile {
  readonly origin: string | undefined;
  readonly credentials: OwnIdentity["credentials"];
}

const profileSection = z.object({
  host: workspaceAddress.optional(),
  token: visible.optional(),
  client_id: visible.optional(),
  client_secret: visible.optional(),
});

function failProfile(what: string): never {
  throw new ConfigError(`DATABRICKS_CONFIG_PROFILE ${what}`);
}

function readProfile(values: Settings): Profile | undefined {
  const name = values.DATABRICKS_CONFIG_PROFILE;
  if (name === undefined) return undefined;
  const file = values.DATABRICKS_CONFIG_FILE ?? join(homedir(), ".databrickscfg");
  let sections: Record<string, unknown>;
  try {
    sections = parseIni(readFileSync(file.replace(/^~(?=\/)/, homedir()), "utf8"));
  } catch {
    return failProfile(
      "cannot be read: make the file with `databricks configure`, or set DATABRICKS_CONFIG_FILE",
    );
  }
  const section = profileSection.safeParse(sectionOf(sections, name));
  if (!section.success) {
    const [issue] = section.error.issues;
    const what = issue === undefined || issue.path.length === 0 ? "is not in the file" : issue.message;
    return failProfile(`"${name}": ${[issue?.path.join("."), what].filter(Boolean).join(" ")}`);
  }
  const { host, token, client_id: clientId, client_secret: clientSecret } = section.data;
  if (clientId !== undefined && clientSecret !== undefined) {
    return { origin: host, credentials: { clientId, clientSecret } };
  }
  if (token !== undefined) return { origin: host, credentials: { token } };
  return failProfile(`"${name}" has neither a token nor a client_id with its client_secret`);
}

/** `ini` takes the dots of a section's name for nesting: `[my.profile]` is `{ my: { profile } }`. */
function sectionOf(sections: Record<string, unknown>, name: string): unknown {
  let section: unknown = sections;
  for (const part of name.split(".")) {
    if (typeof section !== "object" || section === null || !Object.hasOwn(section, part)) return undefined;
    section = (section as Record<string, unknown>)[part];
  }
  return section;
}

const secretNames = ["GATEWAY_SECRET", "DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET"];

/**
 * The settings of this process: its environment, then `.env.local`, then `.env` of the gateway's own folder. Throws a
 * {@link ConfigError}. Afterwards the secrets are gone from the environment, so no child or dump has them.
 */
export function readConfig(folder = join(import.meta.dirname, "..")): GatewayConfig {
  const files = [".env", ".env.local"].map((name) => readDotenv(join(folder, name)));
  const config = parseConfig(Object.assign({}, ...[...files, process.env].map(withoutEmpty)));
  for (const name of secretNames) delete process.env[name];
  return config;
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
