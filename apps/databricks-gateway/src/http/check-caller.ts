import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { gatewayHeader, OperationError } from "@front-door/operations";

/**
 * Refuses a request that is addressed to another host than this process: the page of a site whose name was pointed at
 * 127.0.0.1 (DNS rebinding) sends that site's name. No web page reaches a Unix socket, so its clients send what they like.
 */
export function checkHost({ headers, socket }: IncomingMessage): void {
  const { localPort: port } = socket;
  // A TCP connection that has broken down has no port either.
  if (port === undefined && !socket.destroyed) return;
  const [, name, givenPort = "80"] = /^(.*?)(?::(\d+))?$/.exec(headers.host ?? "") ?? [];
  const own = name === "127.0.0.1" || name?.toLowerCase() === "localhost" || name === "[::1]";
  if (!own || Number(givenPort) !== port) {
    throw new OperationError(
      "HOST_NOT_ALLOWED",
      "The Host header must name this gateway, like 127.0.0.1:3002.",
    );
  }
}

/** Refuses a caller that does not have this installation's secret, in a time that says nothing about it. */
export function createSecretCheck(secret: string): (request: Pick<IncomingMessage, "headers">) => void {
  const expected = Buffer.from(secret);
  return (request) => {
    const given = request.headers[gatewayHeader.secret];
    if (typeof given !== "string" || !isEqual(given, expected)) {
      throw new OperationError(
        "UNAUTHENTICATED",
        `The header ${gatewayHeader.secret} is missing or not the gateway's.`,
      );
    }
  };
}

const identityHeaders = ["authorization", "proxy-authorization", "x-forwarded-access-token"];

/**
 * Refuses a token where it is not read. A program that puts its user's token into a header, as the front door takes it,
 * means that user, and without `auth` in the request it would run as the gateway.
 */
export function checkNoIdentityHeader({ headers }: Pick<IncomingMessage, "headers">): void {
  const given = identityHeaders.find((name) => headers[name] !== undefined);
  if (given === undefined) return;
  throw new OperationError(
    "UNAUTHENTICATED",
    `The header ${given} is not read here: a token to run as goes into "auth" of the request.`,
  );
}

/** The content types of `/run`. A web page cannot send either to another origin without asking first (CORS). */
export function checkContentType(request: Pick<IncomingMessage, "headers">): void {
  const type = mediaTypeOf(request);
  if (type !== "application/json" && type !== "application/octet-stream") {
    throw new OperationError(
      "UNSUPPORTED_MEDIA_TYPE",
      "The content type must be application/json, or application/octet-stream for an upload.",
    );
  }
}

export function mediaTypeOf(request: Pick<IncomingMessage, "headers">): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Whatever is given is compared over the whole length of what is expected: the time tells neither it nor its length. */
function isEqual(given: string, expected: Buffer): boolean {
  const padded = Buffer.alloc(expected.length);
  const length = padded.write(given, "utf8");
  const same = timingSafeEqual(padded, expected);
  return same && length === expected.length && Buffer.byteLength(given) === expected.length;
}
