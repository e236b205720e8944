import { workspaceName } from "@front-door/operations";
import { ConfigError } from "./config-error.ts";
import type { OwnIdentity } from "./own-identity.ts";
import { type Profile, Profiles } from "./profiles.ts";
import type { Settings } from "./settings.ts";

export interface WorkspaceConfig {
  /** By which a request names it. */
  readonly name: string;
  /** `https://host[:port]`, without a slash at the end. */
  readonly origin: string;
  /** The embedded workspace of a run without credentials, or a real one. */
  readonly kind: "local" | "databricks";
  /** Of the SQL warehouse; undefined: each identity's first one that runs. */
  readonly httpPath: string | undefined;
  /** The gateway's own here; undefined: only requests that bring a token are served. */
  readonly identity: OwnIdentity | undefined;
}

export type WorkspaceConfigs = readonly [WorkspaceConfig, ...WorkspaceConfig[]];

/**
 * The workspaces, the default one first: that of DATABRICKS_HOST, else that of DATABRICKS_CONFIG_PROFILE, else the first
 * of DATABRICKS_WORKSPACES. Throws a {@link ConfigError}.
 */
export function readWorkspaces(values: Settings): WorkspaceConfigs {
  const profiles = new Profiles(values.DATABRICKS_CONFIG_FILE);
  const names = values.DATABRICKS_WORKSPACES;
  const named = names.map((name) => namedWorkspace(profiles.read(name, "DATABRICKS_WORKSPACES")));
  const [first, ...others] = named;
  const isNamedAlone = values.DATABRICKS_HOST === undefined && values.DATABRICKS_CONFIG_PROFILE === undefined;
  if (first !== undefined && isNamedAlone) {
    refuseStrayCredential(values, "DATABRICKS_WORKSPACES");
    return [first, ...others];
  }
  const main = defaultWorkspace(values, profiles);
  const isMain = ({ name }: WorkspaceConfig) =>
    name === main.name && name === values.DATABRICKS_CONFIG_PROFILE && values.DATABRICKS_HOST === undefined;
  const further = named.filter((workspace) => !isMain(workspace));
  if (further.some(({ name }) => name === main.name)) {
    throw new ConfigError(
      `DATABRICKS_WORKSPACES names "${main.name}", which is the workspace of DATABRICKS_HOST: give the profile another name`,
    );
  }
  return [main, ...further];
}

/** The files whose change can change an identity. */
export function profileFilesOf(values: Settings): string[] {
  const used = values.DATABRICKS_CONFIG_PROFILE !== undefined || values.DATABRICKS_WORKSPACES.length > 0;
  return used ? [new Profiles(values.DATABRICKS_CONFIG_FILE).file] : [];
}

function namedWorkspace({ name, origin, credentials, httpPath }: Profile): WorkspaceConfig {
  if (origin === undefined) throw new ConfigError(`DATABRICKS_WORKSPACES "${name}" has no host`);
  const identity: OwnIdentity | undefined = credentials && { kind: "profile", credentials };
  return { name, origin, kind: "databricks", httpPath, identity };
}

function defaultWorkspace(values: Settings, profiles: Profiles): WorkspaceConfig {
  const profileName = values.DATABRICKS_CONFIG_PROFILE;
  const profile =
    profileName === undefined ? undefined : profiles.read(profileName, "DATABRICKS_CONFIG_PROFILE");
  if (profile !== undefined && profile.credentials === undefined) {
    throw new ConfigError(
      `DATABRICKS_CONFIG_PROFILE "${profile.name}" has neither a token nor a client_id with its client_secret`,
    );
  }
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
  if (profile !== undefined && values.DATABRICKS_HOST === undefined) {
    refuseStrayCredential(values, "DATABRICKS_CONFIG_PROFILE");
  }
  const isNamedByProfile =
    values.DATABRICKS_HOST === undefined && workspaceName.safeParse(profileName).success;
  return {
    name: isNamedByProfile && profileName !== undefined ? profileName : "default",
    origin,
    kind: values.LOCAL_WORKSPACE ? "local" : "databricks",
    httpPath: warehousePath(values) ?? profile?.httpPath,
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
  if (profile?.credentials === undefined) {
    throw new ConfigError(
      "DATABRICKS_TOKEN is missing: set it, or DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET, or DATABRICKS_CONFIG_PROFILE",
    );
  }
  return { kind: "profile", credentials: profile.credentials };
}

/** A credential of the environment goes to the host of the environment, never to one that only a profile names. */
function refuseStrayCredential(values: Settings, profileSetting: string): void {
  const name = (["DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET", "DATABRICKS_TOKEN"] as const).find(
    (setting) => values[setting] !== undefined,
  );
  if (name !== undefined) {
    throw new ConfigError(
      `${name} and ${profileSetting} are both set: leave one out, or set DATABRICKS_HOST`,
    );
  }
}
