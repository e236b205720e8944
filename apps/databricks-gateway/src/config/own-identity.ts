/** How an identity proves itself to Databricks. */
export type Credentials =
  | { readonly token: string }
  | { readonly clientId: string; readonly clientSecret: string };

/** The identity that the gateway's own settings name. */
export interface OwnIdentity {
  readonly kind: "oauth-m2m" | "pat" | "profile";
  readonly credentials: Credentials;
}
