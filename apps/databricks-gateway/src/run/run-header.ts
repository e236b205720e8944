import { decodeRunHeader, gatewayHeader, OperationError, type RunRequest } from "@front-door/operations";

/** The run request of an upload. Refuses keys that could change a prototype, as Fastify does for a JSON body. */
export function readRunHeader(header: string | string[] | undefined): RunRequest {
  if (typeof header !== "string" || header === "") {
    throw new OperationError("MALFORMED_REQUEST", `An upload needs the header ${gatewayHeader.run}.`);
  }
  const request = decodeRunHeader(header);
  // The decoder has parsed this very text, so it is JSON.
  JSON.parse(Buffer.from(header, "base64url").toString("utf8"), (key, value: unknown) => {
    if (key === "__proto__" || (key === "constructor" && Object.hasOwn(Object(value), "prototype"))) {
      throw new OperationError("MALFORMED_REQUEST", `The header ${gatewayHeader.run} has a forbidden key.`);
    }
    return value;
  });
  return request;
}
