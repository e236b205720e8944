import type { SignInMode } from "@front-door/operations";
import type { Request } from "express";
import type { ProxyIdentity } from "./proxy-identity.ts";

/** Who calls. */
export interface Caller {
  /** For the logs of both processes. */
  readonly name: string;
  /** How they signed in. A name of another mode is another caller, to limits, to the audit log and of statements. */
  readonly mode: SignInMode;
  /** The groups that the caller is in, as the provider's JWT or Databricks says. Undefined: they are not known. */
  readonly groups: readonly string[] | undefined;
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
  /** A challenge of `WWW-Authenticate` in a 401. */
  readonly challenge: string;
  /** What brings the credential, for a message. */
  readonly credential: string;
  /** What to do, for a message. */
  readonly advice: string;
  /** What the request brings for this way, good or not. */
  credentialOf(req: Request): string | undefined;
  /** Throws UNAUTHENTICATED, also for a broken credential, which is never treated as a missing one. */
  signIn(req: Request, proxy: ProxyIdentity): Caller | Promise<Caller>;
}
