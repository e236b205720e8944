import { OAuthError } from "./oauth-error.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";

const API_SCOPES = ["all-apis", "sql"];

/** The scope of a token that no user signs in for. Throws OAuthError. */
export function apiScope(form: OAuthParameters): string {
  const scope = form.get("scope") ?? "";
  if (scope.split(" ").every((one) => API_SCOPES.includes(one))) return scope;
  throw new OAuthError("invalid_scope", `scope must be of ${API_SCOPES.join(", ")} (got ${scope || "none"})`);
}
