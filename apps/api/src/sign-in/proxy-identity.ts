import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";
import { credentialHeader, isToken, unauthenticated } from "./credential-header.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** What a proxy in front says about the caller. */
export interface ProxyIdentity {
  /** Whether the connection comes from a trusted proxy. */
  readonly trusted: boolean;
  /** The user's Databricks token. */
  readonly accessToken: string | undefined;
  readonly userName: string | undefined;
}

const tokenHeader = "x-forwarded-access-token";
/** As Databricks Apps sets them. The first one present is used. */
const nameHeaders = ["x-forwarded-email", "x-forwarded-preferred-username", "x-forwarded-user"];

/**
 * Reads the identity headers of a trusted proxy. From any other address they are refused with PROXY_NOT_TRUSTED rather than
 * ignored: the sender of a user's token means that user, and without it the request would run as the gateway.
 */
export function proxyIdentity(req: IncomingMessage, proxies: TrustedProxies): ProxyIdentity {
  const trusted = proxies.includes(req.socket.remoteAddress);
  const given = [tokenHeader, ...nameHeaders].find((name) => req.headers[name] !== undefined);
  if (!trusted && given !== undefined) {
    throw new OperationError(
      "PROXY_NOT_TRUSTED",
      `The header ${given} is accepted from a trusted proxy only, and this request comes from another address. Add the proxy to TRUSTED_PROXIES.`,
    );
  }
  const accessToken = credentialHeader(req, tokenHeader);
  if (accessToken !== undefined && !isToken(accessToken)) {
    throw unauthenticated(`The header ${tokenHeader} contains characters that no Databricks token has.`);
  }
  const names = nameHeaders.map((name) => credentialHeader(req, name));
  const userName = names.find((name) => name !== undefined);
  return { trusted, accessToken, userName: userName === undefined ? undefined : personName(userName) };
}

/** Node decodes header bytes as Latin-1, but proxies send names as UTF-8. */
function personName(header: string): string {
  const name = Buffer.from(header, "latin1").toString("utf8");
  if (name.length > 256 || /[\p{Cc}\ufffd]/u.test(name)) {
    throw unauthenticated("The user's name from the proxy is longer than 256 characters, or is not text.");
  }
  return name;
}
