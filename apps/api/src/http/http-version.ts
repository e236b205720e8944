import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";

/**
 * Why the reply to `req` cannot be streamed: HTTP_VERSION_NOT_SUPPORTED for anything but HTTP/1.1, undefined otherwise.
 * HTTP/1.0 ends a body of unknown length by closing the connection, so a body that broke off looks whole
 * (docs/decisions/0011-no-streams-to-http-1-0.md).
 */
export function whyNotStreamed({ httpVersion }: IncomingMessage): OperationError | undefined {
  if (httpVersion === "1.1") return undefined;
  return new OperationError(
    "HTTP_VERSION_NOT_SUPPORTED",
    `This reply is streamed, which needs HTTP/1.1, got HTTP/${httpVersion}. A proxy in front may have changed the version: nginx needs "proxy_http_version 1.1".`,
  );
}
