import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";
import { isCallerName } from "./caller-name.ts";
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

/** Everything that says who calls, or as whom to run. */
const identityHeaders = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "x-forwarded-access-token",
  "x-forwarded-email",
  "x-forwarded-preferred-username",
  "x-forwarded-user",
]);

/**
 * Throws UNAUTHENTICATED for an identity header that is not read here: `Proxy-Authorization`, and every spelling with an
 * underscore, which some proxies and frameworks take for a dash. Its sender means that identity, and if it were ignored the
 * request would run as the gateway.
 */
export function refuseUnreadIdentity({ headers }: IncomingMessage): void {
  const unread = Object.keys(headers).find(
    (name) =>
      name === "proxy-authorization" ||
      (name.includes("_") && identityHeaders.has(name.replaceAll("_", "-"))),
  );
  if (unread === undefined) return;
  const meant = unread === "proxy-authorization" ? "Authorization" : unread.replaceAll("_", "-");
  throw unauthenticated(`The header ${unread} is not read here. Leave it out, or send ${meant}.`);
}

const tokenHeader = "x-forwarded-access-token";
/** As Databricks Apps sets them. The first one present is used. */
const nameHeaders = ["x-forwarded-email", "x-forwarded-preferred-username", "x-forwarded-user"];
const headersOfProxy = [tokenHeader, ...nameHeaders];

/** What a proxy says about the caller, trusted or not: the first of its headers. */
export function proxyHeader({ headers }: IncomingMessage): string | undefined {
  const given = headersOfProxy.find((name) => headers[name] !== undefined);
  return given === undefined ? undefined : headers[given]?.toString();
}

/**
 * Reads the identity headers of a trusted proxy. From any other address they are refused with PROXY_NOT_TRUSTED rather than
 * ignored: the sender of a user's token means that user, and without it the request would run as the gateway.
 */
export function proxyIdentity(req: IncomingMessage, proxies: TrustedProxies): ProxyIdentity {
  const trusted = proxies.includes(req.socket.remoteAddress);
  const given = headersOfProxy.find((name) => req.headers[name] !== undefined);
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
  if (!isCallerName(name)) {
    throw unauthenticated(
      "The user's name from the proxy must be 1 to 256 visible characters, and not `anonymous` or `internal`.",
    );
  }
  return name;
}
