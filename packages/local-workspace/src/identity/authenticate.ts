import { ApiError } from "../http/api-error.ts";
import { scopeOf } from "../state/scopes.ts";
import type { Principal } from "./principals.ts";
import type { Tokens } from "./tokens.ts";

const NO_CREDENTIAL = "Credential was not sent or was of an unsupported type for this API.";
const BAD_TOKEN = "Invalid access token.";

/**
 * The principal of a bearer token. Throws 401 without a token and 403 for an invalid one, both with a numeric code. How
 * Databricks words an expired token is not known, so it is rejected like an invalid one.
 */
export function authenticate(authorization: string | undefined, tokens: Tokens): Principal {
  const token = bearerToken(authorization);
  if (token === undefined) {
    throw new ApiError(401, 401, NO_CREDENTIAL, {
      headers: {
        "www-authenticate": 'Bearer realm="DatabricksRealm"',
        "x-databricks-reason-phrase": NO_CREDENTIAL,
      },
    });
  }
  const principal = tokens.principal(token);
  if (principal === undefined) {
    throw new ApiError(403, 403, BAD_TOKEN, { headers: { "x-databricks-reason-phrase": BAD_TOKEN } });
  }
  return principal;
}

/** Throws 403 if the token has scopes and none of them opens the path. */
export function requireScope(authorization: string | undefined, path: string, tokens: Tokens): void {
  const scopes = tokens.scopes(bearerToken(authorization) ?? "");
  const least = scopeOf(path);
  if (scopes === undefined || scopes.includes("all-apis") || scopes.includes(least)) return;
  const message = `Provided OAuth token does not have required scopes: ${least}`;
  throw new ApiError(403, 403, message, { headers: { "x-databricks-reason-phrase": message } });
}

/** Of a Bearer header, or the password of Basic's user `token`, as old JDBC drivers send it. Undefined without either. */
export function bearerToken(authorization = ""): string | undefined {
  const [, scheme = "", credential = ""] = /^(Bearer|Basic) +(\S+)\s*$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== "basic") return credential || undefined;
  return /^token:(.+)$/s.exec(Buffer.from(credential, "base64").toString())?.[1];
}
