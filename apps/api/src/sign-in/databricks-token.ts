import type { IncomingMessage } from "node:http";
import { bearerToken } from "./bearer-token.ts";
import { credentialHeader, unauthenticated } from "./credential-header.ts";
import type { ProxyIdentity } from "./proxy-identity.ts";

/**
 * The Databricks token that the request brings to run as its user, or undefined when it brings no credential at all.
 * Anything between is UNAUTHENTICATED, so that a caller's slip never runs as the gateway.
 */
export function databricksToken(req: IncomingMessage, proxy: ProxyIdentity): string | undefined {
  const header = credentialHeader(req, "authorization");
  const own = header === undefined ? undefined : bearerToken(header);
  if (header !== undefined && own === undefined) {
    throw unauthenticated(
      'The Authorization header must be "Bearer <Databricks token>"; without the header the request runs as this installation\'s own identity.',
    );
  }
  if (own !== undefined && proxy.accessToken !== undefined && own !== proxy.accessToken) {
    throw unauthenticated("Authorization and X-Forwarded-Access-Token name two different users to run as.");
  }
  return own ?? proxy.accessToken;
}
