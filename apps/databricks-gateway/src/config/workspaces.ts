import { workspaceName } from "@front-door/operations";
import type { SettingsReport } from "@front-door/service-runtime";
import { proxyFor } from "./forward-proxy.ts";
import { firstCredentials, type OwnIdentity } from "./own-identity.ts";
import { type Profile, Profiles, profilesFile } from "./profiles.ts";
import type { Settings } from "./settings.ts";
import { isWorkloadKind, workloadIdentity } from "./workload-settings.ts";
import { azureLoginOrigin, type WorkspaceAddress } from "./workspace-address.ts";

export interface WorkspaceConfig extends WorkspaceAddress {
  /** How requests name it. */
  readonly name: string;
  /** The embedded workspace of a run without credentials, or a real one. */
  readonly kind: "local" | "databricks";
  /** Where service principals of Entra ID sign in. Undefined for a workspace outside Azure. */
  readonly azureLogin?: WorkspaceAddress | undefined;
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
  const named = names.flatMap((name) => namedWorkspace(name, values, profiles, report) ?? []);
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
  values: Settings,
  profiles: Profiles,
  report: SettingsReport,
): WorkspaceConfig | undefined {
  const profile = profiles.read(name, "DATABRICKS_WORKSPACES");
  if (profile === undefined) return undefined;
  const { host, credentials, httpPath } = profile;
  const setting = `DATABRICKS_WORKSPACES "${name}"`;
  if (host === undefined) return report.refuse(setting, "has no host");
  const address = addressOf(host.origin, profile.workspaceIds, setting, values, report);
  const identity: OwnIdentity | undefined = credentials && { kind: "profile", credentials };
  return { name, ...address, kind: "databricks", httpPath, identity };
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
    return report.refuse(`${setting} "${profileName}"`, "has neither a token nor another credential");
  }
  const origin = host?.origin ?? profile?.host?.origin;
  if (profile?.host !== undefined && profile.host.origin !== origin) {
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
  const identity = ownIdentity(values, origin ?? "https://unknown", profile, report);
  if (origin === undefined || identity === undefined) return undefined;
  const isNamedByProfile = host === undefined && workspaceName.safeParse(profileName).success;
  const { DATABRICKS_WORKSPACE_ID: id, DATABRICKS_HTTP_PATH: path } = values;
  const given = [id, host?.workspaceId, path?.workspaceId].filter((each) => each !== undefined);
  const ids = [...given, ...(profile?.workspaceIds ?? [])];
  return {
    name: isNamedByProfile && profileName !== undefined ? profileName : "default",
    ...addressOf(origin, ids, "DATABRICKS_WORKSPACE_ID", values, report),
    kind: values.LOCAL_WORKSPACE ? "local" : "databricks",
    httpPath,
    identity,
  };
}

/** Refuses ids that differ: one of them was copied from another workspace. */
function addressOf(
  origin: string,
  workspaceIds: readonly string[],
  setting: string,
  values: Settings,
  report: SettingsReport,
): Pick<WorkspaceConfig, "origin" | "workspaceId" | "proxy" | "azureLogin"> {
  const [workspaceId, ...others] = new Set(workspaceIds);
  if (others.length > 0) {
    const ids = [workspaceId, ...others].join(" and ");
    report.refuse(setting, `is not the same everywhere: ${ids} are two workspaces, name one of them`);
  }
  const login = azureLoginOrigin(origin);
  const azureLogin = login === undefined ? undefined : { origin: login, proxy: proxyFor(login, values) };
  return { origin, workspaceId, proxy: proxyFor(origin, values), azureLogin };
}

function warehousePath(
  { DATABRICKS_HTTP_PATH: path, DATABRICKS_WAREHOUSE_ID: id }: Settings,
  report: SettingsReport,
): string | undefined {
  if (path !== undefined && id !== undefined && !path.path.endsWith(`/${id}`)) {
    report.refuse(
      "DATABRICKS_WAREHOUSE_ID",
      "is another warehouse than that of DATABRICKS_HTTP_PATH: leave out one of them",
    );
  }
  return path?.path ?? (id === undefined ? undefined : `/sql/1.0/warehouses/${id}`);
}

function ownIdentity(
  values: Settings,
  origin: string,
  profile: Profile | undefined,
  report: SettingsReport,
): OwnIdentity | undefined {
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = values;
  const { DATABRICKS_TOKEN: token, DATABRICKS_OIDC_TOKEN_FILEPATH: tokenFile } = values;
  const { DATABRICKS_OIDC_TOKEN: workloadToken, DATABRICKS_AUTH_TYPE: kind } = values;
  if (isWorkloadKind(kind)) return workloadIdentity(kind, values, report);
  // A workload has the id of its service principal, and no secret.
  const isWorkload = (tokenFile ?? workloadToken) !== undefined && clientSecret === undefined;
  const pair = ["DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"] as const;
  if (!isWorkload && refuseHalf(pair, values, report)) return undefined;
  const isAzure = azureLoginOrigin(origin) !== undefined;
  const entra = isAzure ? entraPrincipal(values) : {};
  const own = firstCredentials({ token, clientId, clientSecret, tokenFile, workloadToken, entra });
  if (own !== undefined) return own;
  if (profile?.credentials !== undefined) return { kind: "profile", credentials: profile.credentials };
  if (isAzure && refuseHalf(entraSettings, values, report)) return;
  return report.refuse(
    "DATABRICKS_TOKEN",
    "is missing: set it, or another of the five identities in docs/security.md, such as DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET, or DATABRICKS_CONFIG_PROFILE" +
      ignoredEntra(values, isAzure),
  );
}

const entraSettings = ["ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"] as const;

/** Why the credential that somebody did set is not used. */
function ignoredEntra(values: Settings, isAzure: boolean): string {
  const ignored = entraSettings.filter((name) => values[name] !== undefined);
  if (isAzure || values.DATABRICKS_HOST === undefined || ignored.length === 0) return "";
  const areIgnored = `${ignored.join(", ")} ${ignored.length === 1 ? "is" : "are"} ignored`;
  return `; ${areIgnored}: DATABRICKS_HOST is not an Azure workspace`;
}

function entraPrincipal({ ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET }: Settings) {
  return { tenantId: ARM_TENANT_ID, clientId: ARM_CLIENT_ID, clientSecret: ARM_CLIENT_SECRET };
}

/** Whether only some parts of a credential are set. The first missing one is reported. */
function refuseHalf(names: readonly (keyof Settings)[], values: Settings, report: SettingsReport): boolean {
  const missing = names.filter((name) => values[name] === undefined);
  const [first] = missing;
  if (first === undefined || missing.length === names.length) return false;
  report.refuse(first, `is missing: set all of ${names.join(", ")}, or none`);
  return true;
}

const credentialSettings = [
  "DATABRICKS_CLIENT_ID",
  "DATABRICKS_CLIENT_SECRET",
  "DATABRICKS_TOKEN",
  "DATABRICKS_OIDC_TOKEN_FILEPATH",
  "DATABRICKS_OIDC_TOKEN",
  "ARM_CLIENT_SECRET",
] as const;

/** A credential in the environment is sent to the host in the environment, never to one that only a profile names. */
function refuseStrayCredential(values: Settings, profileSetting: string, report: SettingsReport): void {
  const name = credentialSettings.find((setting) => values[setting] !== undefined);
  if (name !== undefined) {
    report.refuse(name, `and ${profileSetting} are both set: leave one out, or set DATABRICKS_HOST`);
  }
}
