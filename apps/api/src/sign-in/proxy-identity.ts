import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";
import { isToken } from "./bearer-token.ts";
import { credentialHeader, unauthenticated } from "./credential-header.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** What a proxy in front says of the caller. */
export interface ProxyIdentity {
  /** Whether the connection comes from a trusted proxy. */
  readonly trusted: boolean;
  /** The user's Databricks token. */
  readonly accessToken: string | undefined;
  readonly userName: string | undefined;
}

const tokenHeader = "x-forwarded-access-token";
/** As Databricks Apps sets them, the one that people know best first. */
const nameHeaders = ["x-forwarded-email", "x-forwarded-preferred-username", "x-forwarded-user"];

/**
 * Reads the identity headers of a trusted proxy. From any other address they are refused with PROXY_NOT_TRUSTED and not
 * passed over: who sends a user's token means that user, and without it the request would run as the gateway.
 */
export function proxyIdentity(req: IncomingMessage, proxies: TrustedProxies): ProxyIdentity {
  const trusted = proxies.includes(req.socket.remoteAddress);
  const given = [tokenHeader, ...nameHeaders].find((name) => req.headers[name] !== undefined);
  if (!trusted && given !== undefined) {
    throw new OperationError(
      "PROXY_NOT_TRUSTED",
      `The header ${given} is taken from a trusted proxy only, and this request comes from another address. Settings: TRUSTED_PROXIES.`,
    );
  }
  const accessToken = credentialHeader(req, tokenHeader);
  if (accessToken !== undefined && !isToken(accessToken)) {
    throw unauthenticated(`The header ${tokenHeader} has characters that no Databricks token has.`);
  }
  const names = nameHeaders.map((name) => credentialHeader(req, name));
  const userName = names.find((name) => name !== undefined);
  return { trusted, accessToken, userName: userName === undefined ? undefined : personName(userName) };
}

/** Node gives a header's bytes as Latin-1; a name beyond ASCII comes as UTF-8. */
function personName(header: string): string {
  const name = Buffer.from(header, "latin1").toString("utf8");
  if (name.length > 256 || /[\p{Cc}\ufffd]/u.test(name)) {
    throw unauthenticated("The proxy's name of the user is too long, or is not text.");
  }
  return name;
}
