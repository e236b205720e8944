import type { WorkspaceAddress } from "./workspace-address.ts";

/** A service principal of Databricks with its OAuth secret. */
export interface ServicePrincipal {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A service principal of Microsoft Entra ID. */
export interface EntraServicePrincipal extends ServicePrincipal {
  readonly tenantId: string;
}

/** A workload that its platform vouches for: it has no secret, only a token that the platform keeps fresh. */
export type WorkloadIdentity = {
  /** The service principal. Undefined if the federation policy belongs to the account. */
  readonly clientId: string | undefined;
} & ({ readonly tokenFile: string } | { readonly workloadToken: string } | { readonly github: GithubTokens });

/** Where a job of GitHub Actions asks for its token. */
export interface GithubTokens {
  readonly address: WorkspaceAddress;
  /** With its query. */
  readonly path: string;
  readonly requestToken: string;
  /** Undefined: the workspace's token endpoint. */
  readonly audience: string | undefined;
}

/** What tokens are fetched with, again and again. */
export type LoginCredentials = ServicePrincipal | EntraServicePrincipal | WorkloadIdentity;

/** How an identity proves itself to Databricks. */
export type Credentials = { readonly token: string } | LoginCredentials;

/** How a workload gets its token, in the names of Databricks' SDKs. */
export type WorkloadKind = "file-oidc" | "env-oidc" | "github-oidc";

/** The identity that the gateway's own settings name. The kinds are those of Databricks' SDKs. */
export interface OwnIdentity {
  readonly kind: "oauth-m2m" | "pat" | WorkloadKind | "azure-client-secret" | "profile";
  readonly credentials: Credentials;
}

/** The credentials of one place, the environment or a profile, under the names that the place has for them. */
export interface CredentialFields {
  readonly token: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly tokenFile: string | undefined;
  readonly workloadToken?: string | undefined;
  readonly entra: Partial<Record<keyof EntraServicePrincipal, string | undefined>>;
}

/**
 * The first kind that is complete: a service principal's secret, a token, a workload's token file or token, an Entra service
 * principal. Undefined if there is none.
 */
export function firstCredentials(fields: CredentialFields): OwnIdentity | undefined {
  const { token, clientId, clientSecret, tokenFile, workloadToken, entra } = fields;
  if (clientId !== undefined && clientSecret !== undefined) {
    return { kind: "oauth-m2m", credentials: { clientId, clientSecret } };
  }
  if (token !== undefined) return { kind: "pat", credentials: { token } };
  if (tokenFile !== undefined) return { kind: "file-oidc", credentials: { tokenFile, clientId } };
  if (workloadToken !== undefined) return { kind: "env-oidc", credentials: { workloadToken, clientId } };
  const { tenantId, clientId: entraId, clientSecret: entraSecret } = entra;
  if (tenantId === undefined || entraId === undefined || entraSecret === undefined) return undefined;
  const credentials = { tenantId, clientId: entraId, clientSecret: entraSecret };
  return { kind: "azure-client-secret", credentials };
}
