import { isIP } from "node:net";
import { OperationError } from "@front-door/operations";
import type { RequestHandler } from "express";
import type { AllowedHosts } from "../settings/config.ts";
import type { Limits } from "../settings/limits.ts";

/**
 * Refuses a request target that is too long, that is no plain path and query, or that cannot be decoded, before any route
 * looks at it. A whole URL in its place (RFC 9112, 3.2.2) names a host beside the `Host` header, and two programs may
 * each believe another one.
 */
export function checkRequestTarget({ urlBytesMax }: Limits): RequestHandler {
  return (req, _res, next) => {
    if (req.originalUrl.length > urlBytesMax) {
      throw new OperationError("URI_TOO_LONG", `The URL is longer than ${urlBytesMax} bytes.`);
    }
    if (!/^\/[\x21-\x7e]*$/.test(req.originalUrl)) {
      throw new OperationError(
        "BAD_REQUEST",
        "The request target must be a path, in ASCII, that begins with a slash.",
      );
    }
    if (req.path.includes("%00")) {
      throw new OperationError("BAD_REQUEST", "The URL has a NUL in it.");
    }
    try {
      decodeURIComponent(req.originalUrl);
    } catch {
      throw new OperationError("BAD_REQUEST", "The URL has a percent sign that does not begin valid UTF-8.");
    }
    next();
  };
}

/** Refuses a request that does not say, or say wrongly, whom it is addressed to. `allowed` undefined: any host will do. */
export function checkHost(allowed: AllowedHosts | undefined): RequestHandler {
  return (req, _res, next) => {
    const { host = "" } = req.headers;
    // Node gives the first of two, and a proxy in front may have gone by the second.
    if (isRepeated(req.rawHeaders, "host")) {
      throw new OperationError("BAD_REQUEST", "The Host header is there twice.");
    }
    if (host === "" && req.httpVersion !== "1.0") {
      throw new OperationError("BAD_REQUEST", "The Host header is missing.");
    }
    const name = host.replace(/:\d*$/, "").toLowerCase();
    if (allowed && !allowed.names.includes(name) && !(allowed.addresses && isAddress(name))) {
      throw new OperationError(
        "HOST_NOT_ALLOWED",
        "The Host header names a host that is not this one. Settings: ALLOWED_HOSTS.",
      );
    }
    next();
  };
}

/** `headersDistinct` would sort all headers of every request for this one answer. `rawHeaders`: names and values in turn. */
function isRepeated(rawHeaders: readonly string[], name: string): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === name.length && rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

/** As it stands in a URL: IPv6 in brackets. */
function isAddress(name: string): boolean {
  return isIP(name) === 4 || (/^\[.*\]$/.test(name) && isIP(name.slice(1, -1)) === 6);
}
