import type { RequestHandler, Response } from "express";
import type { Logger } from "pino";

/** One line for each request, when its reply is through or its caller gone. No query, header or body is in it. */
export function accessLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    // `ip` is the connection's other end, or what a trusted proxy says of it; it is gone when the connection is.
    const { socket, method, path, ip } = req;
    const startedAt = performance.now();
    const writtenBefore = socket.bytesWritten;
    res.once("close", () => {
      const aborted = !res.writableFinished;
      const line = {
        request_id: res.locals.requestId,
        method,
        path,
        client: ip,
        // 499 is what nginx logs for a caller who hung up before there was a status.
        status: aborted && !res.headersSent ? 499 : res.statusCode,
        duration_ms: Math.round((performance.now() - startedAt) * 10) / 10,
        bytes: socket.bytesWritten - writtenBefore,
        op: res.locals.op,
        ...(res.locals.caller === undefined ? {} : { caller: res.locals.caller.name }),
        ...(res.locals.bytesIn === undefined ? {} : { bytes_in: res.locals.bytesIn }),
        ...(res.locals.errorCode === undefined ? {} : { error_code: res.locals.errorCode }),
        ...(aborted ? { aborted } : {}),
      };
      logger[levelOf(res)](line, "request");
    });
    next();
  };
}

function levelOf(res: Response): "info" | "warn" | "error" {
  if (res.statusCode >= 500) return "error";
  return res.statusCode >= 400 || !res.writableFinished ? "warn" : "info";
}
