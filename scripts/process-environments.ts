import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { defaultSeed } from "@front-door/local-workspace/seed";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProcessEnvironments {
  readonly api: Environment;
  readonly gateway: Environment;
  /** Undefined when a Databricks workspace is configured. */
  readonly localWorkspace: Environment | undefined;
  /** What a person should know before it starts, one line each. */
  readonly notices: readonly string[];
  /** Settings that cannot be used, one line each. With any of them nothing should be started. */
  readonly problems: readonly string[];
  /** A line that says where the state is. */
  readonly state: string;
  /** How long each process may take until it listens. */
  readonly readyTimeoutMs: number;
  /** How long all processes together may take to stop. */
  readonly stopTimeoutMs: number;
  /** How callers sign in to the front door. */
  readonly signIn: string | undefined;
  /** Whether the front door serves the console. */
  readonly hasConsole: boolean;
}

/** What the settings files of the two apps say. Each app reads its own file too, and never the other's. */
export interface SettingsFiles {
  readonly api: Environment;
  readonly gateway: Environment;
  /** The front door's file, which it writes too. */
  readonly apiFile: string;
}

export interface Given {
  /** The folder of the checkout or of the image. */
  readonly root: string;
  readonly environment: Environment;
  readonly files: SettingsFiles;
  /** The Unix socket between the front door and the gateway when GATEWAY_SOCKET is not set. */
  readonly socket: string;
}

const isDatabricksName = (name: string) => name.startsWith("DATABRICKS_");
/** The gateway's alone: where Databricks is, the credentials, and the keys of sessions. A proxy's address can hold a password. */
const isGatewaysAlone = (name: string) =>
  /^(DATABRICKS|ARM|SESSION|ACTIONS_ID_TOKEN)_|^https?_proxy$/i.test(name);
/** Of the front door, which counts in it, and of the gateway, which keeps sessions in it. */
const isRedisName = (name: string) => name === "REDIS_URL" || name === "REDIS_URL_FILE";
/** Both processes export traces, and the local workspace none. */
const isOfTraces = (name: string) => name.startsWith("OTEL_");
const isGatewaySecret = (name: string) => name === "GATEWAY_SECRET" || name === "GATEWAY_SECRET_FILE";

/** The settings that say where the workspace is. Without any of them it is the local one. */
const whereabouts = ["DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_WORKSPACES"];

/**
 * Gives each process the settings that are its own: everything named `DATABRICKS_*` or `ARM_*` and a proxy go to the gateway and to no other
 * process. A setting comes from the environment, else from the file of the app that it belongs to. The settings that both
 * apps must agree on (ACCESS_FILE, GATEWAY_PORT, GATEWAY_SECRET, GATEWAY_SOCKET) may be in either file, or in both with one value.
 */
export function processEnvironments({ root, environment: given, files, socket }: Given): ProcessEnvironments {
  const problems: string[] = [];
  const environment = withoutBlank(given);
  const sources: Sources = {
    environment,
    api: withoutBlank(files.api),
    gateway: withoutBlank(files.gateway),
  };
  const settings = { ...sources.gateway, ...environment };
  const pair = {
    ...sharedSecret(sources, problems),
    ...withoutBlank({ GATEWAY_PORT: sharedSetting("GATEWAY_PORT", sources, problems) }),
    GATEWAY_SOCKET: sharedSetting("GATEWAY_SOCKET", sources, problems) ?? socket,
    ...withoutBlank({ ACCESS_FILE: sharedSetting("ACCESS_FILE", sources, problems) }),
  };
  // The name of a variable that holds a credential.
  const { DATABRICKS_OIDC_TOKEN_ENV: tokenVariable } = settings;
  const withoutCredentials = without(
    environment,
    (name) => isGatewaysAlone(name) || isGatewaySecret(name) || name === tokenVariable,
  );
  // The gateway is stopped once the front door has ended, so nobody is left to drain.
  const undrained = { DRAIN_MS: "0" };
  const withoutAny = without(withoutCredentials, (name) => isRedisName(name) || isOfTraces(name));
  const isLocal = whereabouts.every((name) => !settings[name]);
  const localDir = resolve(root, settings["LOCAL_WORKSPACE_DIR"] ?? ".local-workspace");
  const local = isLocal ? localSettings(localPort(settings, problems), localDir) : undefined;
  return {
    api: { ...withoutCredentials, ...pair },
    gateway: local
      ? { ...withoutCredentials, ...sessionSettings(environment), ...pair, ...local.gateway, ...undrained }
      : { ...without(environment, isGatewaySecret), ...pair, ...undrained },
    localWorkspace: local && { ...withoutAny, ...local.localWorkspace },
    notices: [
      ...(local ? localNotices(settings) : ["Running on the configured Databricks workspace."]),
      ...misplacedNotices(sources.api),
    ],
    problems,
    state: `State: ${local ? `local workspace in ${localDir}, ` : ""}settings in ${files.apiFile}`,
    readyTimeoutMs: millisecondsIn({ ...sources.api, ...environment }["READY_TIMEOUT_MS"], 30_000),
    stopTimeoutMs: stopTimeoutOf({ ...sources.api, ...environment }, settings),
    signIn: { ...sources.api, ...environment }["API_AUTH"],
    hasConsole: { ...sources.api, ...environment }["CONSOLE"] !== "off",
  };
}

/** The gateway acts as the seeded service principal, over TLS. The local workspace's own CA is the only extra root. */
function localSettings(port: string, dir: string): { gateway: Environment; localWorkspace: Environment } {
  const [principal] = defaultSeed.servicePrincipals;
  const [app] = defaultSeed.oauthApps;
  if (principal === undefined || app === undefined) {
    throw new Error("the local workspace's seed has no service principal or no OAuth app");
  }
  return {
    gateway: {
      LOCAL_WORKSPACE: "true",
      DATABRICKS_HOST: `https://127.0.0.1:${port}`,
      DATABRICKS_CLIENT_ID: principal.applicationId,
      DATABRICKS_CLIENT_SECRET: principal.clientSecret,
      DATABRICKS_OAUTH_CLIENT_ID: app.clientId,
      ...withoutBlank({ DATABRICKS_OAUTH_CLIENT_SECRET: app.clientSecret }),
      NODE_EXTRA_CA_CERTS: resolve(dir, "tls", "ca.pem"),
    },
    localWorkspace: { LOCAL_WORKSPACE_PORT: port, LOCAL_WORKSPACE_DIR: dir, LOCAL_WORKSPACE_TLS: "true" },
  };
}

function sessionSettings(environment: Environment): Environment {
  return without(environment, (name) => !name.startsWith("SESSION_"));
}

interface Sources {
  readonly environment: Environment;
  readonly api: Environment;
  readonly gateway: Environment;
}

function sharedSetting(name: string, sources: Sources, problems: string[]): string | undefined {
  const { [name]: fromEnvironment } = sources.environment;
  if (fromEnvironment !== undefined) return fromEnvironment;
  const [ofApi, ofGateway] = [sources.api[name], sources.gateway[name]];
  if (ofApi !== undefined && ofGateway !== undefined && ofApi !== ofGateway) {
    problems.push(
      `${name} differs between the front door's settings file and the gateway's: set it in one of them only`,
    );
  }
  return ofApi ?? ofGateway;
}

/**
 * The secret, or the file that holds it. Whichever the environment has wins over both in the files. Without either, a new
 * secret for this run.
 */
function sharedSecret(sources: Sources, problems: string[]): Environment {
  const isInEnvironment = Object.keys(sources.environment).some(isGatewaySecret);
  const deciding = isInEnvironment ? { ...sources, api: {}, gateway: {} } : sources;
  const secret = sharedSetting("GATEWAY_SECRET", deciding, problems);
  const file = sharedSetting("GATEWAY_SECRET_FILE", deciding, problems);
  if (secret !== undefined && file !== undefined) {
    problems.push("GATEWAY_SECRET and GATEWAY_SECRET_FILE are both set: remove one of them");
  }
  if (file !== undefined) return { GATEWAY_SECRET_FILE: file };
  return { GATEWAY_SECRET: secret ?? randomBytes(32).toString("base64url") };
}

/** The front door must never hold Databricks' credentials, and the gateway does not read the front door's file. */
function misplacedNotices(apiFile: Environment): string[] {
  const names = Object.keys(apiFile).filter(isGatewaysAlone).toSorted();
  if (names.length === 0) return [];
  return [
    `Ignored because they do not belong in the front door's settings file: ${names.join(", ")}. Move them to apps/databricks-gateway/.env.local.`,
  ];
}

function localNotices(settings: Environment): string[] {
  const ignored = Object.keys(settings).filter(isDatabricksName);
  return [
    "No Databricks workspace is configured (DATABRICKS_HOST is not set): running on a LOCAL workspace with sample data.",
    "Nothing leaves this machine.",
    ...(ignored.length > 0
      ? [`Ignored because DATABRICKS_HOST is not set: ${ignored.toSorted().join(", ")}.`]
      : []),
  ];
}

/** The gateway has to know the port in advance, so unlike the local workspace alone it cannot be 0. */
function localPort({ LOCAL_WORKSPACE_PORT: port = "3003" }: Environment, problems: string[]): string {
  if (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535) return port;
  problems.push(`LOCAL_WORKSPACE_PORT must be between 1 and 65535 (got ${port})`);
  return "3003";
}

/** A moment more than the front door takes to drain, and the slower of the two to let its requests end. */
function stopTimeoutOf(api: Environment, gateway: Environment): number {
  const graceMs = Math.max(
    ...[api, gateway].map(({ SHUTDOWN_GRACE_MS: text }) => millisecondsIn(text, 8_000)),
  );
  return millisecondsIn(api["DRAIN_MS"], 0) + graceMs + 1_500;
}

/** The process whose setting it is reports a time that cannot be used. */
function millisecondsIn(text = "", otherwise: number): number {
  return /^\d{1,7}$/.test(text) ? Number(text) : otherwise;
}

function without(environment: Environment, unwanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted(name)));
}

/** `DATABRICKS_HOST=` in a shell or in a compose file means that it is not set. */
function withoutBlank(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}
