import { workspaceName } from "@front-door/operations";
import type { SettingsReport } from "@front-door/service-runtime";
import type { OwnIdentity } from "./own-identity.ts";
import { type Profile, Profiles, profilesFile } from "./profiles.ts";
import type { Settings } from "./settings.ts";

export interface WorkspaceConfig {
  /** How requests name it. */
  readonly name: string;
  /** `https://host[:port]`, without a slash at the end. */
  readonly origin: string;
  /** The embedded workspace of a run without credentials, or a real one. */
  readonly kind: "local" | "databricks";
  /** The SQL warehouse's path. Undefined uses each identity's first running one. */
  readonly httpPath: string | undefined;
  /** The gateway's own identity here. Undefined serves only requests that bring a token. */
  readonly identity: OwnIdentity | undefined;
}

export type WorkspaceConfigs = readonly [WorkspaceConfig, ...WorkspaceConfig[]];

/**
 * The workspaces, the default one first: that of DATABRICKS_HOST, else that of DATABRICKS_CONFIG_PROFILE, else the first
 * of DATABRICKS_WORKSPACES. Undefined if the report says why there is none.
 */
export function readWorkspaces(values: Settings, report: SettingsReport): WorkspaceConfigs | undefined {
  // The default workspace is unknown then.
  if (report.has("DATABRICKS_HOST")) return undefined;
  const profiles = new Profiles(values.DATABRICKS_CONFIG_FILE, report);
  const names = values.DATABRICKS_WORKSPACES;
  const named = names.flatMap((name) => namedWorkspace(name, profiles, report) ?? []);
  const [first, ...others] = named;
  const isNamedAlone = values.DATABRICKS_HOST === undefined && values.DATABRICKS_CONFIG_PROFILE === undefined;
  if (isNamedAlone && names.length > 0) {
    refuseStrayCredential(values, "DATABRICKS_WORKSPACES", report);
    return first && [first, ...others];
  }
  const main = defaultWorkspace(values, profiles, report);
  if (main === undefined) return undefined;
  const isMain = ({ name }: WorkspaceConfig) =>
    name === main.name && name === values.DATABRICKS_CONFIG_PROFILE && values.DATABRICKS_HOST === undefined;
  const further = named.filter((workspace) => !isMain(workspace));
  if (further.some(({ name }) => name === main.name)) {
    return report.refuse(
      "DATABRICKS_WORKSPACES",
      `names "${main.name}", which is the workspace of DATABRICKS_HOST: give the profile another name`,
    );
  }
  return [main, ...further];
}

/** The files whose change can change an identity. */
export function profileFilesOf(values: Settings): string[] {
  const used = values.DATABRICKS_CONFIG_PROFILE !== undefined || values.DATABRICKS_WORKSPACES.length > 0;
  return used ? [profilesFile(values.DATABRICKS_CONFIG_FILE)] : [];
}

function namedWorkspace(
  name: string,
  profiles: Profiles,
  report: SettingsReport,
): WorkspaceConfig | undefined {
  const profile = profiles.read(name, "DATABRICKS_WORKSPACES");
  if (profile === undefined) return undefined;
  const { origin, credentials, httpPath } = profile;
  if (origin === undefined) return report.refuse(`DATABRICKS_WORKSPACES "${name}"`, "has no host");
  const identity: OwnIdentity | undefined = credentials && { kind: "profile", credentials };
  return { name, origin, kind: "databricks", httpPath, identity };
}

function defaultWorkspace(
  values: Settings,
  profiles: Profiles,
  report: SettingsReport,
): WorkspaceConfig | undefined {
  const setting = "DATABRICKS_CONFIG_PROFILE";
  const { DATABRICKS_HOST: host, [setting]: profileName } = values;
  const profile = profileName === undefined ? undefined : profiles.read(profileName, setting);
  if (profileName !== undefined && profile === undefined) return undefined;
  if (profile !== undefined && profile.credentials === undefined) {
    return report.refuse(
      `${setting} "${profileName}"`,
      "has neither a token nor a client_id with its client_secret",
    );
  }
  const origin = host ?? profile?.origin;
  if (profile?.origin !== undefined && profile.origin !== origin) {
    return report.refuse(setting, "is for another workspace than DATABRICKS_HOST: leave out one of them");
  }
  if (profile !== undefined && host === undefined) refuseStrayCredential(values, setting, report);
  const httpPath = warehousePath(values, report) ?? profile?.httpPath;
  if (origin === undefined) {
    report.refuse(
      "DATABRICKS_HOST",
      "is missing: set it to the workspace's address, like https://adb-123.azuredatabricks.net",
    );
  }
  const identity = ownIdentity(values, profile, report);
  if (origin === undefined || identity === undefined) return undefined;
  const isNamedByProfile = host === undefined && workspaceName.safeParse(profileName).success;
  return {
    name: isNamedByProfile && profileName !== undefined ? profileName : "default",
    origin,
    kind: values.LOCAL_WORKSPACE ? "local" : "databricks",
    httpPath,
    identity,
  };
}

function warehousePath(
  { DATABRICKS_HTTP_PATH: path, DATABRICKS_WAREHOUSE_ID: id }: Settings,
  report: SettingsReport,
): string | undefined {
  if (path !== undefined && id !== undefined && !path.endsWith(`/${id}`)) {
    report.refuse(
      "DATABRICKS_WAREHOUSE_ID",
      "is another warehouse than that of DATABRICKS_HTTP_PATH: leave out one of them",
    );
  }
  return path ?? (id === undefined ? undefined : `/sql/1.0/warehouses/${id}`);
}

function ownIdentity(
  values: Settings,
  profile: Profile | undefined,
  report: SettingsReport,
): OwnIdentity | undefined {
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = values;
  if (clientId !== undefined && clientSecret !== undefined) {
    return { kind: "oauth-m2m", credentials: { clientId, clientSecret } };
  }
  if (clientId !== undefined || clientSecret !== undefined) {
    const missing = clientId === undefined ? "DATABRICKS_CLIENT_ID" : "DATABRICKS_CLIENT_SECRET";
    return report.refuse(
      missing,
      "is missing: set both DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or neither",
    );
  }
  if (values.DATABRICKS_TOKEN !== undefined) {
    return { kind: "pat", credentials: { token: values.DATABRICKS_TOKEN } };
  }
  if (profile?.credentials === undefined) {
    return report.refuse(
      "DATABRICKS_TOKEN",
      "is missing: set it, or DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET, or DATABRICKS_CONFIG_PROFILE",
    );
  }
  return { kind: "profile", credentials: profile.credentials };
}

/** A credential in the environment is sent to the host in the environment, never to one that only a profile names. */
function refuseStrayCredential(values: Settings, profileSetting: string, report: SettingsReport): void {
  const name = (["DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET", "DATABRICKS_TOKEN"] as const).find(
    (setting) => values[setting] !== undefined,
  );
  if (name !== undefined) {
    report.refuse(name, `and ${profileSetting} are both set: leave one out, or set DATABRICKS_HOST`);
  }
}
