import { API_SCOPES } from "../state/scopes.ts";
import { OAuthError } from "./oauth-error.ts";
import type { OAuthParameters } from "./oauth-parameters.ts";

/** The scope of a token that no user signs in for. Throws OAuthError. */
export function apiScope(form: OAuthParameters): string {
  const known: readonly string[] = API_SCOPES;
  const scope = form.get("scope") ?? "";
  if (scope.split(" ").every((one) => known.includes(one))) return scope;
  throw new OAuthError("invalid_scope", `scope must be of ${API_SCOPES.join(", ")} (got ${scope || "none"})`);
}
