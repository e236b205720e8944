import { oidcRunAs } from "@front-door/operations";
import { oneOf, type SettingsReport } from "@front-door/service-runtime";
import * as z from "zod";

/** The settings of callers who run as themselves by a JWT of their identity provider. The front door has the first three too. */
export const federationSettings = {
  OIDC_RUN_AS: oneOf(oidcRunAs).default("gateway"),
  OIDC_ISSUER: z.string().optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_PRINCIPALS_FILE: z.string().optional(),
};

const values = z.object(federationSettings);

/** Which JWTs the gateway exchanges for Databricks tokens. */
export interface FederationConfig {
  /** Exactly as in the JWTs. */
  readonly issuer: string;
  readonly audience: string;
  /** Which claims run as which service principal. Undefined: callers run as themselves. */
  readonly principalsFile: string | undefined;
}

/** Undefined if no JWT is exchanged here, or if the report says what is missing. */
export function federationConfig(
  settings: z.output<typeof values>,
  report: SettingsReport,
): FederationConfig | undefined {
  const { OIDC_RUN_AS: runAs, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  const { OIDC_PRINCIPALS_FILE: principalsFile } = settings;
  if (principalsFile !== undefined && runAs !== "service-principal") {
    const advice = "set OIDC_RUN_AS=service-principal, or leave it out";
    report.refuse("OIDC_PRINCIPALS_FILE", `is set, and OIDC_RUN_AS is ${runAs}: ${advice}`);
  }
  if (runAs === "gateway") return undefined;
  const needed = ["OIDC_ISSUER", "OIDC_AUDIENCE"] as const;
  const missing = needed.filter((name) => settings[name] === undefined);
  for (const name of missing) report.refuse(name, `is required with OIDC_RUN_AS=${runAs}`);
  if (runAs === "service-principal" && principalsFile === undefined) {
    report.refuse("OIDC_PRINCIPALS_FILE", "is required with OIDC_RUN_AS=service-principal");
    return undefined;
  }
  if (issuer === undefined || audience === undefined) return undefined;
  return { issuer, audience, principalsFile };
}
