import { decodeRunHeader, gatewayHeader, OperationError, type RunRequest } from "@front-door/operations";

/** The run request of an upload. Throws an {@link OperationError} for a header that is none. */
export function readRunHeader(header: string | string[] | undefined): RunRequest {
  if (typeof header !== "string" || header === "") {
    throw new OperationError("MALFORMED_REQUEST", `An upload needs the header ${gatewayHeader.run}.`);
  }
  return decodeRunHeader(header);
}
