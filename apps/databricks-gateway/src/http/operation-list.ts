import { gatewayHeader, type OperationDefinition, operations, type Transfer } from "@front-door/operations";
import * as z from "zod";

const requestAsJson = "application/json: { op, params, workspace?, auth? }";

/** How the bytes of each kind of operation travel through `POST /run`. */
export const travels: Readonly<Record<Transfer, { readonly request: string; readonly reply: string }>> = {
  json: { request: requestAsJson, reply: "application/json: the result" },
  upload: {
    request: `application/octet-stream: the bytes of the file; the header ${gatewayHeader.run} has { op, params, workspace?, auth? } as JSON in UTF-8, or as base64url of it`,
    reply: "application/json: the result",
  },
  download: {
    request: requestAsJson,
    reply:
      "the bytes of the file; the result is in the headers, and the status is that of HTTP: 200, 206, 304, 412 or 416",
  },
  stream: {
    request: requestAsJson,
    reply: "the type that the parameter format chooses, sent while it is made; HTTP/1.1 only",
  },
  events: {
    request: requestAsJson,
    reply: "application/x-ndjson or text/event-stream, each piece as soon as it is there; HTTP/1.1 only",
  },
};

/** The reply of `GET /operations`: the contract for programs that cannot import it. */
export function describeOperations(): object {
  return { operations: Object.values<OperationDefinition>(operations).map(describeOperation) };
}

function describeOperation(definition: OperationDefinition): object {
  const {
    name,
    domain,
    since,
    summary,
    kind,
    admin = false,
    allowedByDefault,
    idempotent,
    transfer,
    timeoutMs,
    errors,
  } = definition;
  return {
    name,
    domain,
    since,
    summary,
    kind,
    admin,
    allowed_by_default: allowedByDefault,
    // Where it depends on the parameters, a program that knows no more must not repeat it.
    idempotent: idempotent === true,
    transfer,
    ...travels[transfer],
    timeout_ms: timeoutMs,
    params: z.toJSONSchema(definition.params, { io: "input" }),
    result: z.toJSONSchema(definition.result),
    errors,
  };
}
