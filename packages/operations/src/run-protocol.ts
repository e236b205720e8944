import * as z from "zod";
import { parseParameters } from "./errors.ts";
import { parseUntrustedJson } from "./parse-untrusted-json.ts";

/** Headers of the gateway's own protocol, in lower case as Node gives them. */
export const gatewayHeader = {
  /** The shared secret of this installation. */
  secret: "x-gateway-secret",
  /** Ties the log lines of both processes to one request. */
  requestId: "x-request-id",
  /** `{ op, params, auth }` of an upload, whose body is the file: base64url of the JSON in UTF-8. */
  run: "x-gateway-run",
  /** Who asked, as the program in front has established it, for the audit log: percent-encoded UTF-8. */
  caller: "x-gateway-caller",
} as const;

const callerBytesMax = 1024;

/** The value of the header for a caller's name; a name too long for a header is cut. */
export function encodeCaller(name: string): string {
  let short = name.slice(0, callerBytesMax).toWellFormed();
  while (encodeURIComponent(short).length > callerBytesMax) short = short.slice(0, -1).toWellFormed();
  return encodeURIComponent(short);
}

/** Undefined for a header that {@link encodeCaller} did not write. */
export function decodeCaller(header: string): string | undefined {
  if (!/^[\w\-.!~*'()%]{1,1024}$/.test(header)) return undefined;
  try {
    return decodeURIComponent(header);
  } catch {
    return undefined;
  }
}

/** A request id from outside is taken only in this shape, so that it can stand in a log line and in a header. */
export const requestIdPattern = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

/** The name under which a gateway of several workspaces knows one of them. */
export const workspaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores");

/** What `POST /run` takes. `params` is checked by the operation's own schema afterwards. */
export const runRequest = z.strictObject({
  op: z.string().min(1).max(64).describe("The operation's name."),
  params: z.record(z.string(), z.unknown()).default({}).describe("The operation's parameters."),
  workspace: workspaceName
    .optional()
    .describe("One of the workspaces that the gateway is configured for; without it the first."),
  auth: z
    .strictObject({
      host: z
        .url()
        .optional()
        .describe("The workspace; it has to be one that the gateway is configured for."),
      token: z
        .string()
        .regex(/^[\x21-\x7e]{1,8192}$/, "must be 1 to 8192 visible ASCII characters")
        .optional()
        .describe("A Databricks token to run as, in place of the gateway's own identity."),
    })
    .refine((auth) => auth.host !== undefined || auth.token !== undefined, {
      // A token that got lost on the way must not become the gateway's identity.
      message: "must name a token or a host; leave it out for the gateway's own identity",
    })
    .optional()
    .describe("Whose identity the operation runs as; without it the gateway's own."),
});

export type RunRequest = z.output<typeof runRequest>;

/** Checks a decoded run request. Throws an INVALID_PARAMETER_VALUE {@link OperationError} that names the field. */
export function parseRunRequest(value: unknown): RunRequest {
  return parseParameters(runRequest, value);
}

export function encodeRunHeader(request: z.input<typeof runRequest>): string {
  return Buffer.from(JSON.stringify(request)).toString("base64url");
}

/** Throws a MALFORMED_REQUEST or INVALID_PARAMETER_VALUE {@link OperationError}. */
export function decodeRunHeader(header: string): RunRequest {
  const text = Buffer.from(header, "base64url").toString("utf8");
  return parseRunRequest(parseUntrustedJson(text, `The header ${gatewayHeader.run}`));
}
