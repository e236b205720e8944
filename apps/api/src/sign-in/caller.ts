import type { Request } from "express";
import type { ProxyIdentity } from "./proxy-identity.ts";

/** Who calls. */
export interface Caller {
  /** For the logs of both processes and for the rate limit. */
  readonly name: string;
  /** False: the caller is anonymous, and the name does not tell one caller from another. */
  readonly signedIn: boolean;
  /** The Databricks token of the user to run as. Without it, operations run as the gateway. */
  readonly databricksToken?: string | undefined;
  /** The session to run as the user of. */
  readonly session?: string;
  /** The JWT of the identity provider to run as the user of. */
  readonly subjectToken?: string;
  /** Names of operations, or prefixes that end with `*`. Undefined: every operation. */
  readonly allowedOperations?: readonly string[] | undefined;
}

/** The part of every `WWW-Authenticate` that names this program. */
export const realm = 'realm="Databricks Front Door"';

/** One way of signing in. */
export interface WayIn {
  /** The value of `WWW-Authenticate` in a 401. */
  readonly challenge: string;
  /** The header that brings the credential, in lower case. */
  readonly header: "authorization" | "x-api-key" | "cookie";
  /** Throws UNAUTHENTICATED, also for a broken credential, which is never treated as a missing one. */
  signIn(req: Request, proxy: ProxyIdentity): Caller | Promise<Caller>;
}
