import { oneOf, type SettingsReport } from "@front-door/service-runtime";
import * as z from "zod";

/** The settings of callers who run as themselves by a JWT of their identity provider. The front door has the first three too. */
export const federationSettings = {
  OIDC_RUN_AS: oneOf(["gateway", "user", "service-principal"]).default("gateway"),
  OIDC_ISSUER: z.string().optional(),
  OIDC_AUDIENCE: z.string().optional(),
};

const values = z.object(federationSettings);

/** Which JWTs the gateway exchanges for Databricks tokens. */
export interface FederationConfig {
  /** Exactly as in the JWTs. */
  readonly issuer: string;
  readonly audience: string;
}

/** Undefined if no JWT is exchanged here. */
export function federationConfig(
  { OIDC_RUN_AS: runAs, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience }: z.output<typeof values>,
  report: SettingsReport,
): FederationConfig | undefined {
  if (runAs === "gateway") return undefined;
  for (const [name, value] of Object.entries({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience })) {
    if (value === undefined) report.refuse(name, `is required with OIDC_RUN_AS=${runAs}`);
  }
  return issuer === undefined || audience === undefined ? undefined : { issuer, audience };
}
