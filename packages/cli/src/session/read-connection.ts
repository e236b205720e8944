import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "ini";
import { cannotRead } from "../output/cannot-read.ts";
import { UsageError } from "../output/usage-error.ts";
import { environment } from "./environment.ts";

/** Which front door to call, and with what. */
export interface Connection {
  readonly url: string;
  readonly apiKey?: string;
  readonly token?: string;
  /** Where the address and the credential come from, for messages. */
  readonly source: string;
  /** What the user should know before anything is sent. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `./scripts/start.sh` serves. */
const urlDefault = "http://127.0.0.1:3001";

/**
 * The named profile, or else the environment, or else the profile DEFAULT, or else this machine. An address is never combined
 * with a credential from elsewhere, which could send it to a stranger; the default address has none. Throws a UsageError that
 * says what to set.
 */
export function readConnection(profile: string | undefined, env: Environment = environment): Connection {
  const name = profile ?? filled(env["FRONT_DOOR_PROFILE"]);
  if (name !== undefined) return ofProfile(name, env);
  const variables = Object.keys(env).filter(
    (variable) => variable in fieldsOfVariables && filled(env[variable]) !== undefined,
  );
  if (variables.length > 0) {
    const fields = variables.map((variable) => [fieldsOfVariables[variable], filled(env[variable])]);
    return ofFields(Object.fromEntries(fields) as Fields, "the environment", "FRONT_DOOR_URL");
  }
  return readProfiles(env)["DEFAULT"] === undefined
    ? ofFields({}, "the default address")
    : ofProfile("DEFAULT", env);
}

const fieldNames = ["url", "api_key", "api_key_file", "token", "token_file"] as const;
type Fields = { readonly [name in (typeof fieldNames)[number]]?: string | undefined };

const fieldsOfVariables: Readonly<Record<string, keyof Fields>> = {
  FRONT_DOOR_URL: "url",
  FRONT_DOOR_API_KEY: "api_key",
  FRONT_DOOR_API_KEY_FILE: "api_key_file",
  FRONT_DOOR_TOKEN: "token",
  FRONT_DOOR_TOKEN_FILE: "token_file",
};

function ofProfile(name: string, env: Environment): Connection {
  const file = configFile(env);
  const profiles = readProfiles(env);
  const fields = profiles[name];
  if (fields === undefined) {
    const known = Object.keys(profiles).join(", ") || "none";
    throw new UsageError(`There is no profile ${JSON.stringify(name)} in ${file} (profiles: ${known}).`);
  }
  for (const [field, value] of Object.entries(fields)) {
    if (!(fieldNames as readonly string[]).includes(field)) {
      throw new UsageError(`${file}, [${name}]: ${field} is unknown. Known: ${fieldNames.join(", ")}.`);
    }
    if (typeof value !== "string" || value.trim() === "") {
      throw new UsageError(`${file}, [${name}]: ${field} must have a value. ; and # begin a comment.`);
    }
    if (/^["']/.test(value)) {
      throw new UsageError(`${file}, [${name}]: ${field} must end with its quote, and nothing after it.`);
    }
  }
  const connection = ofFields(fields, `profile ${name} of ${file}`);
  const isSecret = fields["api_key"] !== undefined || fields["token"] !== undefined;
  return isSecret ? { ...connection, warnings: [...connection.warnings, ...ifReadable(file)] } : connection;
}

/** `urlName` is what the address is called in the source. */
function ofFields({ url: urlGiven, ...secrets }: Fields, source: string, urlName = "url"): Connection {
  if (urlGiven === undefined && Object.values(secrets).some((value) => value !== undefined)) {
    throw new UsageError(`A credential from ${source} needs an address: set ${urlName} there too.`);
  }
  const url = checkedUrl(urlGiven ?? urlDefault, source);
  const apiKey = secret(secrets, "api_key", source);
  const token = secret(secrets, "token", source);
  const { protocol, hostname } = new URL(url);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  const isExposed = protocol === "http:" && !isLocal && (apiKey ?? token) !== undefined;
  return {
    url,
    source,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(token === undefined ? {} : { token }),
    warnings: [
      ...(isExposed ? [`The credential travels unencrypted to ${url}: use https.`] : []),
      ...ifReadable(secrets.api_key_file),
      ...ifReadable(secrets.token_file),
    ],
  };
}

function checkedUrl(text: string, source: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `The address from ${source} must be http:// or https://, got ${JSON.stringify(text)}.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(`The address from ${source} must not hold a password: set api_key or token.`);
  }
  return text;
}

/** The value itself, or what is in its file. */
function secret(fields: Fields, name: "api_key" | "token", source: string): string | undefined {
  const value = fields[name];
  const file = fields[`${name}_file`];
  if (file === undefined) return value;
  if (value !== undefined) throw new UsageError(`Set ${name} or ${name}_file in ${source}, not both.`);
  const text = readText(file)?.trim();
  if (text === undefined) throw new UsageError(`${name}_file from ${source} cannot be read: ${file}`);
  if (text === "") throw new UsageError(`${name}_file from ${source} is empty: ${file}`);
  return text;
}

/**
 * A warning if other users can read a file of one's own with a credential. A pipe, such as that of `<(…)`, is no such file,
 * and neither is a secret that a container has mounted as another user's.
 */
function ifReadable(file: string | undefined): string[] {
  if (file === undefined || process.platform === "win32") return [];
  const stats = statSync(file);
  if (!stats.isFile() || stats.uid !== process.getuid?.() || (stats.mode & 0o077) === 0) return [];
  return [`Other users of this machine can read ${file}, which holds a credential: chmod 600 ${file}`];
}

function configFile(env: Environment): string {
  const named = filled(env["FRONT_DOOR_CONFIG_FILE"]);
  if (named !== undefined) return named;
  const folder = filled(env["XDG_CONFIG_HOME"]) ?? filled(env["APPDATA"]) ?? join(homedir(), ".config");
  return join(folder, "front-door", "config");
}

type Profiles = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The sections of the configuration file, none if there is no file. Throws a UsageError for what would be ignored. */
function readProfiles(env: Environment): Profiles {
  const file = configFile(env);
  const text = readText(file);
  if (text === undefined && filled(env["FRONT_DOOR_CONFIG_FILE"]) !== undefined) {
    throw new UsageError(`FRONT_DOOR_CONFIG_FILE names ${file}, which does not exist.`);
  }
  const profiles = parse(text ?? "");
  for (const [name, fields] of Object.entries<unknown>(profiles)) {
    if (typeof fields !== "object" || fields === null) {
      // Not its name: a token on a line of its own would be one.
      throw new UsageError(`${file}: a field must stand below a section, such as [DEFAULT].`);
    }
    const inner = Object.entries(fields).find(([, value]) => typeof value === "object" && value !== null);
    if (inner !== undefined) {
      throw new UsageError(
        `${file}: a section is named by one word without dots, got [${name}.${inner[0]}].`,
      );
    }
  }
  return profiles as Profiles;
}

/** Undefined if there is no such file. Throws a UsageError if it cannot be read. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cannotRead(file, error);
  }
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
