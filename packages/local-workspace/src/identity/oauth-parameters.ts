import { OAuthError } from "./oauth-error.ts";

export type OAuthParameters = ReadonlyMap<string, string>;

/** The parameters of an OAuth request. One without a value counts as absent, and a repeated one throws (RFC 6749, 3.1). */
export function oauthParameters(search: URLSearchParams): OAuthParameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of search) {
    if (value === "") continue;
    if (parameters.has(name)) throw new OAuthError("invalid_request", `Duplicate parameter ${name}`);
    parameters.set(name, value);
  }
  return parameters;
}

export function required(parameters: OAuthParameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError("invalid_request", `The parameter ${name} is missing`);
  return value;
}
