import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { OperationError } from "./errors.ts";
import { parseParameters } from "./parse-parameters.ts";
import { parseUntrustedJson } from "./parse-untrusted-json.ts";

/** The ways in which a caller can sign in at the front door: the values of `API_AUTH`. */
export const signInModes = ["none", "api-key", "oidc", "forwarded", "databricks"] as const;

export type SignInMode = (typeof signInModes)[number];

/** As whom operations of callers with a JWT run: the values of `OIDC_RUN_AS`. */
export const oidcRunAs = ["gateway", "user", "service-principal"] as const;

export type OidcRunAs = (typeof oidcRunAs)[number];

/** Headers of the gateway's own protocol, in lower case as in Node. */
export const gatewayHeader = {
  /** The shared secret of this installation. */
  secret: "x-gateway-secret",
  /** Connects the log lines of both processes. */
  requestId: "x-request-id",
  /** `{ op, params, auth }` of an upload, whose body is the file: JSON in UTF-8, or base64url of it. */
  run: "x-gateway-run",
  /** Who calls, according to the front door, for the audit log: percent-encoded UTF-8. */
  caller: "x-gateway-caller",
  /** How the caller signed in: names of two modes are not of one caller. One of {@link signInModes}. */
  callerMode: "x-gateway-caller-mode",
  /**
   * The groups that the caller is in, comma-separated and percent-encoded: those of the JWT, or of the session. Only the rules
   * of ACCESS_FILE read it, so the front door sends it where it has one, and a gateway without one refuses the request.
   */
  callerGroups: "x-gateway-caller-groups",
  /** Whom every limit of the gateway counts the operation for, in the same form. Default: the caller. */
  countedAs: "x-gateway-counted-as",
  /** Of the front door: it keeps no trace of this request, so the gateway begins none. */
  untraced: "x-gateway-untraced",
  /** The most milliseconds from now until the end of the reply; the public header of this name, less what has passed. */
  timeoutMs: "x-request-timeout-ms",
} as const;

const timeoutMsMax = 3_600_000;

/** The caller's own limit in milliseconds. Undefined: none is given. Throws INVALID_PARAMETER_VALUE. */
export function parseTimeoutMs(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = typeof header === "string" && /^\d{1,7}$/.test(header) ? Number(header) : 0;
  if (ms >= 1 && ms <= timeoutMsMax) return ms;
  throw new OperationError(
    "INVALID_PARAMETER_VALUE",
    `X-Request-Timeout-Ms must be a whole number of milliseconds between 1 and ${timeoutMsMax}.`,
    { details: [{ field: "X-Request-Timeout-Ms", message: "is no number of milliseconds" }] },
  );
}

const callerBytesMax = 1024;

/** The header's value for a caller's name. A name that is too long is cut. */
export function encodeCaller(name: string): string {
  let short = name.slice(0, callerBytesMax).toWellFormed();
  let encoded = encodeURIComponent(short);
  while (encoded.length > callerBytesMax) {
    short = short.slice(0, -1).toWellFormed();
    encoded = encodeURIComponent(short);
  }
  return encoded;
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

const groupsBytesMax = 32 * 1024;

/** The header's value for the groups of a caller. Throws IDENTITY_NOT_ALLOWED if it would be longer than 32 KiB. */
export function encodeGroups(groups: readonly string[]): string {
  const header = groups.map((group) => encodeURIComponent(group.toWellFormed())).join(",");
  if (header.length <= groupsBytesMax) return header;
  // Without some of them, a rule that allows more could be the first that matches.
  throw new OperationError(
    "IDENTITY_NOT_ALLOWED",
    "The names of the caller's groups are longer than 32 KiB.",
  );
}

/** Undefined for a header that {@link encodeGroups} did not write. */
export function decodeGroups(header: string): readonly string[] | undefined {
  try {
    return header.split(",").flatMap((group) => (group === "" ? [] : [decodeURIComponent(group)]));
  } catch {
    return undefined;
  }
}

/** The form in which a caller's request id is accepted: it goes into log lines and headers. */
export const requestIdPattern = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

/** The name of one of a gateway's workspaces. */
export const workspaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores");

/** The id of a session: 256 random bits. The letters tell it apart from any other secret. */
export const sessionIdPattern = /^fds_[\w-]{43}$/;

/** Of a JWT with many claims; in base64 it fits into the header of an upload. */
const subjectTokenLengthMax = 16_384;

function namedIn(auth: Readonly<Record<string, string | undefined>>): string[] {
  return Object.values(auth).filter((each) => each !== undefined);
}

/** The body of `POST /run`. The operation's own schema checks `params` afterwards. */
export const runRequest = z.strictObject({
  op: z.string().min(1).max(64).describe("The operation's name."),
  params: z.record(z.string(), z.unknown()).default({}).describe("The operation's parameters."),
  workspace: workspaceName
    .optional()
    .describe("One of the gateway's workspaces, by name. Default: the first."),
  auth: z
    .strictObject({
      host: z.url().optional().describe("The URL of one of the gateway's workspaces."),
      token: z
        .string()
        .regex(/^[\x21-\x7e]{1,8192}$/, "must be 1 to 8192 visible ASCII characters")
        .optional()
        .describe("A Databricks token to run as, instead of the gateway's own identity."),
      session: z
        .string()
        .regex(sessionIdPattern, "must be the id of a session")
        .optional()
        .describe("A session to run as the user of. Excludes all others."),
      subject_token: z
        .string()
        .max(subjectTokenLengthMax)
        .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "must be a JSON Web Token")
        .optional()
        .describe(
          "A JWT of the caller's identity provider, to be exchanged for a Databricks token. Excludes all others.",
        ),
    })
    .refine((auth) => namedIn(auth).length > 0, {
      // A token that got lost must not become the gateway's identity.
      message:
        "must name a token, a session, a subject_token or a host; leave it out for the gateway's own identity",
    })
    .refine(({ session, ...others }) => session === undefined || namedIn(others).length === 0, {
      message: "must name a session alone: it has a host and tokens of its own",
    })
    .refine(({ subject_token: jwt, ...others }) => jwt === undefined || namedIn(others).length === 0, {
      message: "must name a subject_token alone: name the workspace by `workspace`",
    })
    .optional()
    .describe("The identity to run as. Default: the gateway's own."),
});

export type RunRequest = z.output<typeof runRequest>;

/** Checks a decoded run request. Throws an INVALID_PARAMETER_VALUE {@link OperationError} that names the field. */
export function parseRunRequest(value: unknown): RunRequest {
  return parseParameters(runRequest, value, "The request");
}

export function encodeRunHeader(request: z.input<typeof runRequest>): string {
  return Buffer.from(JSON.stringify(request)).toString("base64url");
}

/** Throws a MALFORMED_REQUEST or INVALID_PARAMETER_VALUE {@link OperationError}. */
export function decodeRunHeader(header: string): RunRequest {
  // Node reads each byte of a header as one character.
  const isJson = header.trimStart().startsWith("{");
  const bytes = Buffer.from(header, isJson ? "latin1" : "base64url");
  if (isJson && !isUtf8(bytes)) {
    throw new OperationError(
      "MALFORMED_REQUEST",
      `The header ${gatewayHeader.run} must be in UTF-8. Write other characters than ASCII as \\u escapes.`,
    );
  }
  return parseRunRequest(parseUntrustedJson(bytes.toString("utf8"), `The header ${gatewayHeader.run}`));
}
