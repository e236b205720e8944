import { isIP } from "node:net";
import { OperationError } from "@front-door/operations";
import type { Request } from "express";
import type { AllowedHosts } from "../settings/config.ts";
import type { Limits } from "../settings/limits.ts";

/**
 * Refuses a request target that is too long, is not a plain path and query, or cannot be decoded. A whole URL in its place
 * (RFC 9112, 3.2.2) names a host besides the `Host` header, and two programs may each believe another one.
 */
export function checkRequestTarget(req: Request, { urlBytesMax }: Limits): void {
  if (req.originalUrl.length > urlBytesMax) {
    throw new OperationError("URI_TOO_LONG", `The URL is longer than ${urlBytesMax} bytes.`);
  }
  if (!/^\/[\x21-\x7e]*$/.test(req.originalUrl)) {
    throw new OperationError(
      "BAD_REQUEST",
      "The request target must be an ASCII path that begins with a slash.",
    );
  }
  if (req.path.includes("%00")) throw new OperationError("BAD_REQUEST", "The URL must not contain a NUL.");
  try {
    decodeURIComponent(req.originalUrl);
  } catch {
    throw new OperationError("BAD_REQUEST", "The URL is not valid percent-encoded UTF-8.");
  }
}

/** Refuses a request whose `Host` is missing, duplicate or not in `allowed`. Undefined allows any host. */
export function checkHost(req: Request, allowed: AllowedHosts | undefined): void {
  const { host = "" } = req.headers;
  // Node takes the first of two, and a proxy in front may have taken the second. Names and values alternate.
  const hosts = req.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name));
  if (hosts.length > 1) throw new OperationError("BAD_REQUEST", "Duplicate Host header.");
  if (host === "" && req.httpVersion !== "1.0") {
    throw new OperationError("BAD_REQUEST", "The Host header is missing.");
  }
  if (allowed === undefined) return;
  const name = host.replace(/:\d{0,5}$/, "").toLowerCase();
  if (!allowed.names.includes(name) && !(allowed.addresses && isAddress(name))) {
    throw new OperationError(
      "HOST_NOT_ALLOWED",
      "The Host header does not name this server. Add the host to ALLOWED_HOSTS to allow it.",
    );
  }
}

/** Whether it is an IP address as in a URL: IPv6 in brackets. */
function isAddress(name: string): boolean {
  return isIP(name) === 4 || (/^\[.*\]$/.test(name) && isIP(name.slice(1, -1)) === 6);
}
