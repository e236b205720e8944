import { errorCodeLabel } from "@front-door/operations";
import type { RequestTrace } from "../http/request-trace.ts";

/** Ends the span of a request, with what it ran and how that ended. */
export function endOperationSpan(trace: RequestTrace): void {
  const { op, span, auth, status = 499, errorCode, effect, requestId, rows, bytes } = trace;
  span?.end({
    name: op ?? "none",
    attributes: {
      "http.response.status_code": status,
      "error.type": errorCode && errorCodeLabel(errorCode),
      "front_door.outcome": effect,
      "front_door.request_id": requestId,
      "front_door.workspace": auth?.workspace.config.name,
      "front_door.identity": auth?.who.kind,
      "front_door.rows": rows,
      "front_door.bytes": bytes,
    },
    isFailure: status >= 500,
  });
}
