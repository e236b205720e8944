import type { EntraServicePrincipal, ServicePrincipal } from "../config/own-identity.ts";

export interface TokenRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** Databricks itself, as Entra ID knows it; the same in every Azure cloud. */
const databricksInEntra = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

export function entraTokenPath({ tenantId }: EntraServicePrincipal): string {
  return `/${encodeURIComponent(tenantId)}/oauth2/token`;
}

/** What a service principal sends to the token endpoint. */
export function secretRequest(login: ServicePrincipal | EntraServicePrincipal): TokenRequest {
  const { clientId, clientSecret } = login;
  const grant = { grant_type: "client_credentials" };
  if ("tenantId" in login) {
    const client = { client_id: clientId, client_secret: clientSecret };
    return { form: { ...grant, ...client, resource: databricksInEntra } };
  }
  const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString("base64");
  return { headers: { authorization: `Basic ${basic}` }, form: { ...grant, scope: "all-apis" } };
}

/** What is sent there in exchange for a JWT (RFC 8693). */
export function exchangeRequest(jwt: string, clientId: string | undefined): TokenRequest {
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

/** RFC 6749 §2.3.1: both parts of a client's Basic credentials are form-encoded. */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
