import { OperationError } from "@front-door/operations";
import { readRegularFile } from "@front-door/service-runtime";
import type { EntraServicePrincipal, LoginCredentials } from "../config/own-identity.ts";
import type { SubjectToken } from "./federation/subject-token.ts";

export interface TokenRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** Databricks itself, as Entra ID knows it; the same in every Azure cloud. */
const databricksInEntra = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

export function entraTokenPath({ tenantId }: EntraServicePrincipal): string {
  return `/${encodeURIComponent(tenantId)}/oauth2/token`;
}

/** What is sent to the token endpoint for these credentials. Throws WORKSPACE_SIGN_IN_FAILED if the token file cannot be read. */
export function tokenRequest(login: LoginCredentials | SubjectToken): TokenRequest {
  if ("jwt" in login) return exchangeRequest(login.jwt, login.clientId);
  // The platform replaces the file's token before it expires, so it is read for each request.
  if ("tokenFile" in login) return exchangeRequest(readToken(login.tokenFile), login.clientId);
  const { clientId, clientSecret } = login;
  const grant = { grant_type: "client_credentials" };
  if ("tenantId" in login) {
    const client = { client_id: clientId, client_secret: clientSecret };
    return { form: { ...grant, ...client, resource: databricksInEntra } };
  }
  const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString("base64");
  return { headers: { authorization: `Basic ${basic}` }, form: { ...grant, scope: "all-apis" } };
}

/** RFC 8693. */
function exchangeRequest(jwt: string, clientId: string | undefined): TokenRequest {
  return {
    form: {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: jwt,
      scope: "all-apis",
      ...(clientId === undefined ? {} : { client_id: clientId }),
    },
  };
}

function readToken(path: string): string {
  const what = "The file that DATABRICKS_OIDC_TOKEN_FILEPATH names";
  const refuse = (problem: string, cause?: unknown) =>
    new OperationError("WORKSPACE_SIGN_IN_FAILED", `${what} ${problem}.`, { cause });
  let text: string;
  try {
    text = readRegularFile(path).trim();
  } catch (error) {
    throw refuse("cannot be read", error);
  }
  // In the form it cannot do harm, but a reply about it would be hard to understand.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw refuse("does not contain a JSON Web Token");
  return text;
}

/** RFC 6749 §2.3.1: both parts of a client's Basic credentials are form-encoded. */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
