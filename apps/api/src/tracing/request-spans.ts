import { errorCodeLabel } from "@front-door/operations";
import type { Tracing } from "@front-door/service-runtime";
import type { RequestObserver } from "../http/receive-request.ts";

/** A span of each request whose trace is kept, or was begun by the caller. The spans of the gateway continue it, and the reply names it. */
export function requestSpans(tracing: Tracing): RequestObserver {
  return {
    started({ path, headers }, res) {
      if (path === "/health" || path === "/ready") return;
      const span = tracing.arrived(headers);
      if (span === undefined) return;
      res.locals.span = span;
      res.setHeader("Traceresponse", span.traceparent);
    },
    ended({ op, route, method, caller, errorCode, status, bytesIn, bytesOut }, { span, requestId }) {
      span?.end({
        name: op ?? method,
        attributes: {
          "http.request.method": method,
          "http.route": route,
          "http.response.status_code": status,
          "error.type": errorCode && errorCodeLabel(errorCode),
          "front_door.request_id": requestId,
          "front_door.caller_mode": caller?.mode,
          "front_door.bytes_sent": bytesOut,
          "front_door.bytes_received": bytesIn,
        },
        isFailure: status >= 500,
      });
    },
  };
}
