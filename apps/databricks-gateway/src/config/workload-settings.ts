import { isLoopback, type SettingsReport } from "@front-door/service-runtime";
import * as z from "zod";
import { proxyFor } from "./forward-proxy.ts";
import type { OwnIdentity, WorkloadKind } from "./own-identity.ts";
import { visible } from "./workspace-address.ts";

const jwt = z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "must be a JSON Web Token");

/** The settings of a gateway that its platform vouches for, under the names of Databricks' SDKs. */
export const workloadSettings = {
  // The SDKs know further kinds, which are chosen here by the settings that they need.
  DATABRICKS_AUTH_TYPE: z.string().optional(),
  DATABRICKS_OIDC_TOKEN_FILEPATH: z.string().optional(),
  DATABRICKS_OIDC_TOKEN: jwt.optional(),
  DATABRICKS_OIDC_TOKEN_ENV: z.string().optional(),
  DATABRICKS_TOKEN_AUDIENCE: visible.optional(),
  ACTIONS_ID_TOKEN_REQUEST_URL: z.string().refine(isSafeAddress, "must begin with https://").optional(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: visible.optional(),
};

const values = z.object({
  ...workloadSettings,
  DATABRICKS_CLIENT_ID: visible.optional(),
});
type WorkloadSettings = z.output<typeof values> & Parameters<typeof proxyFor>[1];

const needed = {
  "file-oidc": ["DATABRICKS_OIDC_TOKEN_FILEPATH"],
  "env-oidc": ["DATABRICKS_OIDC_TOKEN"],
  "github-oidc": ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
} as const satisfies Record<WorkloadKind, readonly (keyof typeof workloadSettings)[]>;

export function isWorkloadKind(kind: string | undefined): kind is WorkloadKind {
  return kind !== undefined && Object.hasOwn(needed, kind);
}

/** The identity that DATABRICKS_AUTH_TYPE names. Undefined if the report says what is missing. */
export function workloadIdentity(
  kind: WorkloadKind,
  settings: WorkloadSettings,
  report: SettingsReport,
): OwnIdentity | undefined {
  for (const name of needed[kind]) {
    if (settings[name] === undefined && !report.has(name)) {
      report.refuse(name, `is missing: DATABRICKS_AUTH_TYPE is ${kind}`);
    }
  }
  const { DATABRICKS_OIDC_TOKEN_FILEPATH: tokenFile, DATABRICKS_OIDC_TOKEN: workloadToken } = settings;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = settings;
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_TOKEN_AUDIENCE: audience } = settings;
  switch (kind) {
    case "file-oidc":
      return tokenFile === undefined ? undefined : { kind, credentials: { tokenFile, clientId } };
    case "env-oidc":
      return workloadToken === undefined ? undefined : { kind, credentials: { workloadToken, clientId } };
    case "github-oidc": {
      if (url === undefined || requestToken === undefined) return undefined;
      const { origin, pathname, search } = new URL(url);
      const address = { origin, proxy: proxyFor(origin, settings) };
      const github = { address, path: `${pathname}${search}`, requestToken, audience };
      return { kind, credentials: { github, clientId } };
    }
  }
}

/** The settings, with the token from the variable that DATABRICKS_OIDC_TOKEN_ENV names. */
export function withNamedToken<Given extends z.output<typeof values>>(
  settings: Given,
  environment: Readonly<Record<string, string | undefined>>,
  report: SettingsReport,
): Given {
  const { DATABRICKS_OIDC_TOKEN_ENV: name } = settings;
  if (name === undefined) return settings;
  const found = jwt.safeParse(environment[name]?.trim());
  if (found.success) return { ...settings, DATABRICKS_OIDC_TOKEN: found.data };
  report.refuse(
    "DATABRICKS_OIDC_TOKEN_ENV",
    "must name a variable of the environment that has a JSON Web Token",
  );
  return settings;
}

function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
