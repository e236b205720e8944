import { OperationError } from "@front-door/operations";
import type { RequestHandler } from "express";
import type { Limits } from "./limits.ts";

/** Refuses a URL that is too long or that cannot be decoded, before any route looks at it. */
export function checkRequestTarget({ urlBytesMax }: Limits): RequestHandler {
  return (req, _res, next) => {
    if (req.originalUrl.length > urlBytesMax) {
      throw new OperationError("URI_TOO_LONG", `The URL is longer than ${urlBytesMax} bytes.`);
    }
    try {
      decodeURIComponent(req.originalUrl);
    } catch {
      throw new OperationError("BAD_REQUEST", "The URL has a percent sign that does not begin valid UTF-8.");
    }
    next();
  };
}

/** Refuses a request that does not say, or say wrongly, whom it is addressed to. `allowed` undefined: any name will do. */
export function checkHost(allowed: readonly string[] | undefined): RequestHandler {
  return (req, _res, next) => {
    const { host = "" } = req.headers;
    if (host === "" && req.httpVersion !== "1.0") {
      throw new OperationError("BAD_REQUEST", "The Host header is missing.");
    }
    if (allowed && !allowed.includes(host.replace(/:\d*$/, "").toLowerCase())) {
      throw new OperationError(
        "HOST_NOT_ALLOWED",
        "The Host header names a host that is not this one. Settings: ALLOWED_HOSTS.",
      );
    }
    next();
  };
}
