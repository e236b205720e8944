/** The OAuth scope that opens a service, by the start of its paths. `all-apis` opens every service. */
const SCOPE_OF_PATH = [
  ["/api/2.0/sql/", "sql"],
  ["/sql/", "sql"],
  ["/api/2.1/unity-catalog/", "unity-catalog"],
  ["/api/2.0/fs/", "files"],
  ["/api/2.0/preview/scim/v2/Me", "iam.current-user:read"],
] as const;

/** Those of a token that no user signs in for. */
export const API_SCOPES = ["all-apis", "sql", "unity-catalog", "files", "iam.current-user:read"] as const;

/** Those of a token that a user signs in for. */
export const SCOPES = [...API_SCOPES, "offline_access", "openid", "profile", "email"] as const;

/** The least scope that opens a path. */
export function scopeOf(path: string): string {
  return SCOPE_OF_PATH.find(([prefix]) => path.startsWith(prefix))?.[1] ?? "all-apis";
}
