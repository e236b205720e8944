import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { defaultSeed } from "@front-door/local-workspace/seed";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProcessEnvironments {
  readonly api: Environment;
  readonly gateway: Environment;
  /** Undefined when a Databricks workspace is configured. */
  readonly localWorkspace: Environment | undefined;
  /** What a person should know before it starts, a line each. */
  readonly notices: readonly string[];
  /** Addresses and times that the start script itself needs. */
  readonly gatewayPort: string;
  readonly gatewayHealth: string;
  readonly localWorkspacePort: string;
  readonly readyTimeoutMs: number;
  /** Where a person on this machine reaches the front door. */
  readonly frontDoorUrl: string;
}

/** What the settings files of the two apps say. Each app reads its own file too, and never the other's. */
export interface SettingsFiles {
  readonly api: Environment;
  readonly gateway: Environment;
}

const isDatabricksName = (name: string) => name.startsWith("DATABRICKS_");
/** The front door's alone: its password is no other process's business. */
const isRedisName = (name: string) => name === "REDIS_URL" || name === "REDIS_URL_FILE";
const isGatewaySecret = (name: string) => name === "GATEWAY_SECRET" || name === "GATEWAY_SECRET_FILE";

/** The settings that say where the workspace is; without any of them it is the local one. */
const whereabouts = ["DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_WORKSPACES"];

/**
 * Deals the settings out so that each process gets what is its own: everything named `DATABRICKS_*` goes to the gateway
 * and to no other process. A setting comes from the environment, else from the file of the app it belongs to; the two
 * that both apps have to agree on (GATEWAY_PORT, GATEWAY_SECRET) may be in either file, or in both with one value.
 * Throws an Error of one line for a port or a time that is none, and for two files that contradict each other.
 */
export function processEnvironments(
  root: string,
  given: Environment,
  files: SettingsFiles,
): ProcessEnvironments {
  const environment = withoutEmpty(given);
  const apiFile = withoutEmpty(files.api);
  const gatewayFile = withoutEmpty(files.gateway);
  const settings = { ...gatewayFile, ...environment };
  const shared = {
    GATEWAY_PORT: sharedSetting("GATEWAY_PORT", environment, apiFile, gatewayFile),
    ...sharedSecret(environment, apiFile, gatewayFile),
  };
  const gatewaySocket = sharedSetting("GATEWAY_SOCKET", environment, apiFile, gatewayFile);
  const gatewayPort = wholeNumber(shared, "GATEWAY_PORT", 3002, 65_535);
  const localWorkspacePort = wholeNumber(settings, "LOCAL_WORKSPACE_PORT", 3003, 65_535);
  const pair = {
    GATEWAY_PORT: gatewayPort,
    // One secret for each run, unless the installation has its own. The file of a mounted one is read by both apps.
    ...(shared.GATEWAY_SECRET_FILE === undefined
      ? { GATEWAY_SECRET: shared.GATEWAY_SECRET ?? randomBytes(32).toString("base64url") }
      : { GATEWAY_SECRET_FILE: shared.GATEWAY_SECRET_FILE }),
    ...(gatewaySocket === undefined ? {} : { GATEWAY_SOCKET: gatewaySocket }),
  };
  const withoutCredentials = without(environment, (name) => isDatabricksName(name) || isGatewaySecret(name));
  const isLocal = whereabouts.every((name) => !settings[name]);
  const localWorkspaceDir = resolve(root, settings["LOCAL_WORKSPACE_DIR"] ?? ".local-workspace");
  const local = isLocal ? localSettings(localWorkspacePort, localWorkspaceDir) : undefined;
  const withoutAny = without(withoutCredentials, isRedisName);
  return {
    api: { ...withoutCredentials, ...pair },
    gateway: local
      ? { ...withoutAny, ...pair, ...local.gateway }
      : { ...without(environment, (name) => isGatewaySecret(name) || isRedisName(name)), ...pair },
    localWorkspace: local && { ...withoutAny, ...local.localWorkspace },
    notices: [
      ...(local
        ? localNotices(settings, localWorkspaceDir)
        : ["Running on the configured Databricks workspace."]),
      ...misplacedNotices(apiFile),
    ],
    gatewayPort,
    gatewayHealth: gatewaySocket
      ? `http://unix:${gatewaySocket}:/health`
      : `http://127.0.0.1:${gatewayPort}/health`,
    localWorkspacePort,
    frontDoorUrl: urlOf({ ...apiFile, ...environment }),
    readyTimeoutMs: Number(wholeNumber({ ...apiFile, ...environment }, "READY_TIMEOUT_MS", 30_000, 600_000)),
  };
}

/** The front door checks both settings itself; this is for a person to click. */
function urlOf({ HOST: host = "127.0.0.1", PORT: port = "3001" }: Environment): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  return `http://${everywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The gateway is the seeded service principal's, over TLS, with the local workspace's own CA as the only extra root. */
function localSettings(port: string, dir: string): { gateway: Environment; localWorkspace: Environment } {
  const [principal] = defaultSeed.servicePrincipals;
  if (principal === undefined) throw new Error("the local workspace's seed has no service principal");
  return {
    gateway: {
      LOCAL_WORKSPACE: "true",
      DATABRICKS_HOST: `https://127.0.0.1:${port}`,
      DATABRICKS_CLIENT_ID: principal.applicationId,
      DATABRICKS_CLIENT_SECRET: principal.clientSecret,
      NODE_EXTRA_CA_CERTS: resolve(dir, "tls", "ca.pem"),
    },
    localWorkspace: { LOCAL_WORKSPACE_PORT: port, LOCAL_WORKSPACE_DIR: dir, LOCAL_WORKSPACE_TLS: "true" },
  };
}

function sharedSetting(
  name: string,
  environment: Environment,
  apiFile: Environment,
  gatewayFile: Environment,
): string | undefined {
  if (environment[name] !== undefined) return environment[name];
  const [ofApi, ofGateway] = [apiFile[name], gatewayFile[name]];
  if (ofApi !== undefined && ofGateway !== undefined && ofApi !== ofGateway) {
    throw new Error(
      `${name} is one thing in the front door's settings file and another in the gateway's: set it in one of them only.`,
    );
  }
  return ofApi ?? ofGateway;
}

/** The secret or the file that has it: the environment's, whichever it is, wins over the files'. */
function sharedSecret(environment: Environment, apiFile: Environment, gatewayFile: Environment) {
  if (environment["GATEWAY_SECRET"] !== undefined && environment["GATEWAY_SECRET_FILE"] !== undefined) {
    throw new Error("GATEWAY_SECRET and GATEWAY_SECRET_FILE are both set: leave out one of them.");
  }
  const isInEnvironment = Object.keys(environment).some(isGatewaySecret);
  const files = isInEnvironment ? ([{}, {}] as const) : ([apiFile, gatewayFile] as const);
  const secret = {
    GATEWAY_SECRET: sharedSetting("GATEWAY_SECRET", environment, ...files),
    GATEWAY_SECRET_FILE: sharedSetting("GATEWAY_SECRET_FILE", environment, ...files),
  };
  if (secret.GATEWAY_SECRET !== undefined && secret.GATEWAY_SECRET_FILE !== undefined) {
    throw new Error(
      "GATEWAY_SECRET is in one settings file and GATEWAY_SECRET_FILE in another: set one of them, in one of the files.",
    );
  }
  return secret;
}

/** The front door must never hold Databricks' credentials, and the gateway does not read its file. */
function misplacedNotices(apiFile: Environment): string[] {
  const names = Object.keys(apiFile).filter(isDatabricksName).toSorted();
  if (names.length === 0) return [];
  return [
    `Ignored, because the front door's settings file is not the place for them: ${names.join(", ")}. Move them to apps/databricks-gateway/.env.local.`,
  ];
}

function localNotices(settings: Environment, dir: string): string[] {
  const ignored = Object.keys(settings).filter(isDatabricksName);
  return [
    "No Databricks workspace is configured (DATABRICKS_HOST is not set): running on a LOCAL workspace with sample data.",
    `Its files are in ${dir}; nothing leaves this machine.`,
    ...(ignored.length > 0
      ? [`Ignored, because DATABRICKS_HOST is not set: ${ignored.toSorted().join(", ")}.`]
      : []),
  ];
}

function wholeNumber(settings: Environment, name: string, otherwise: number, max: number): string {
  const text = settings[name] ?? String(otherwise);
  if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > max) {
    throw new Error(`${name} must be a whole number from 1 to ${max}, not "${text}".`);
  }
  return text;
}

function without(environment: Environment, unwanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted(name)));
}

/** `DATABRICKS_HOST=` in a shell or a compose file means that it is not set. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
}
