import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import {
  decodeCaller,
  decodeGroups,
  gatewayHeader,
  OperationError,
  type SignInMode,
  signInModes,
} from "@front-door/operations";
import type { FastifyRequest, onRequestHookHandler } from "fastify";
import type { AuditedRequest } from "../audit/audit-log.ts";

/**
 * Throws HOST_NOT_ALLOWED for a request to another host than this process: the page of a site whose name was pointed at
 * 127.0.0.1 (DNS rebinding) sends that site's name. No web page can reach a Unix socket, so any host is accepted there.
 */
export function checkHost({ headers, socket }: IncomingMessage): void {
  const { localPort: port } = socket;
  // A TCP connection that has broken has no port either.
  if (port === undefined && !socket.destroyed) return;
  const [, name, givenPort = "80"] = /^([^:]*|\[::1\])(?::(\d{1,5}))?$/.exec(headers.host ?? "") ?? [];
  const own = name === "127.0.0.1" || name?.toLowerCase() === "localhost" || name === "[::1]";
  if (!own || Number(givenPort) !== port) {
    throw new OperationError(
      "HOST_NOT_ALLOWED",
      `The Host header must name this gateway, like 127.0.0.1:${port}.`,
    );
  }
}

const identityHeaders = new Set(["authorization", "proxy-authorization", "x-forwarded-access-token"]);

/** Makes a check that throws UNAUTHENTICATED for a caller without this installation's secret. */
export function createSecretCheck(secret: string) {
  const expected = Buffer.from(secret);
  return ({ headers }: Pick<IncomingMessage, "headers">): void => {
    const given = Buffer.from(String(headers[gatewayHeader.secret] ?? ""));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new OperationError(
        "UNAUTHENTICATED",
        `The header ${gatewayHeader.secret} must be this gateway's GATEWAY_SECRET.`,
        { details: [{ field: gatewayHeader.secret, message: "is not this gateway's GATEWAY_SECRET" }] },
      );
    }
  };
}

/**
 * Checks the headers before the body is read. Throws UNAUTHENTICATED for a caller without this installation's secret, and for a
 * token in a header: a program that puts its user's token there, as it would at the front door, means that user, and without
 * `auth` in the request it would run as the gateway. A web page cannot send either content type to another origin without a
 * CORS preflight; any other type is refused.
 */
export function callerCheck(secret: string): onRequestHookHandler {
  const checkSecret = createSecretCheck(secret);
  return ({ raw: { headers } }, _reply, done) => {
    checkSecret({ headers });
    // Some frameworks take an underscore for a dash.
    const identity = Object.keys(headers).find((name) => identityHeaders.has(name.replaceAll("_", "-")));
    if (identity !== undefined) {
      throw new OperationError(
        "UNAUTHENTICATED",
        `The header ${identity} is not read here. Put the token into "auth" of the request.`,
      );
    }
    checkCodings(headers);
    const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json" && type !== "application/octet-stream") {
      throw new OperationError(
        "UNSUPPORTED_MEDIA_TYPE",
        "The content type must be application/json, or application/octet-stream for an upload.",
      );
    }
    done();
  };
}

/** The parsed body of a request that must not be an upload. Throws UNSUPPORTED_MEDIA_TYPE for one. */
export function jsonBody({ body, raw }: Pick<FastifyRequest, "body" | "raw">): unknown {
  if (body !== raw) return body;
  throw new OperationError("UNSUPPORTED_MEDIA_TYPE", "The content type must be application/json.");
}

/**
 * Throws for a coded body. Nothing here decodes one, so an upload would be stored as it was sent, compressed. (Node takes
 * chunks away, and refuses a body that has another transfer coding outermost.)
 */
function checkCodings(headers: IncomingHttpHeaders): void {
  if (headers["transfer-encoding"]?.includes(",") === true) {
    throw new OperationError("NOT_IMPLEMENTED", "Transfer-Encoding must be chunked, or be left out.");
  }
  if ((headers["content-encoding"] ?? "identity").trim().toLowerCase() !== "identity") {
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", "Content-Encoding is not supported.");
  }
}

/**
 * Records in `trace` who calls, as the front door says: only a program with the secret gets here. Throws MALFORMED_REQUEST for a
 * malformed header.
 */
export function recordCaller(trace: AuditedRequest, request: IncomingMessage): void {
  trace.caller = readName(request, gatewayHeader.caller);
  trace.callerMode = readCallerMode(request);
  trace.callerGroups = readCallerGroups(request);
}

/** Whom the limits count the request for. Throws MALFORMED_REQUEST for a malformed header. */
export function countedAs({ raw, trace }: FastifyRequest): string {
  return readName(raw, gatewayHeader.countedAs) ?? trace.caller ?? "internal";
}

function readCallerGroups({ headers }: IncomingMessage): readonly string[] | undefined {
  const header = headers[gatewayHeader.callerGroups];
  if (header === undefined) return undefined;
  const groups = typeof header === "string" ? decodeGroups(header) : undefined;
  if (groups !== undefined) return groups;
  throw new OperationError(
    "MALFORMED_REQUEST",
    `The header ${gatewayHeader.callerGroups} must be percent-encoded UTF-8, comma-separated.`,
  );
}

/** Undefined: a program that calls the gateway itself. */
function readCallerMode({ headers }: IncomingMessage): SignInMode | undefined {
  const header = headers[gatewayHeader.callerMode];
  const mode = signInModes.find((each) => each === header);
  if (header === undefined || mode !== undefined) return mode;
  const known = signInModes.join(", ");
  throw new OperationError(
    "MALFORMED_REQUEST",
    `The header ${gatewayHeader.callerMode} must be one of ${known}.`,
  );
}

/** The text of a header that the front door has percent-encoded. */
function readName({ headers }: IncomingMessage, name: string): string | undefined {
  const header = headers[name];
  if (header === undefined) return undefined;
  const caller = typeof header === "string" ? decodeCaller(header) : undefined;
  if (caller !== undefined) return caller;
  throw new OperationError("MALFORMED_REQUEST", `The header ${name} must be percent-encoded UTF-8.`);
}
