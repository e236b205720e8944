import type { Request } from "express";
import type { ProxyIdentity } from "./proxy-identity.ts";

/** Who calls, as a way of signing in has established it. */
export interface Caller {
  /** For both processes' logs and for the rate limit. */
  readonly name: string;
  /** False: nobody has shown who they are, and the name tells no caller from another. */
  readonly signedIn: boolean;
  /** A user's Databricks token to run as; without it operations run as the gateway. */
  readonly databricksToken?: string | undefined;
  /** Names of operations, or beginnings of names that end with `*`; undefined: every operation. */
  readonly allowedOperations?: readonly string[];
}

/** One way of signing in. */
export interface WayIn {
  /** The value of `WWW-Authenticate` for who has not signed in. */
  readonly challenge: string;
  /** Throws UNAUTHENTICATED; it never takes a credential that is broken for one that is not there. */
  signIn(req: Request, proxy: ProxyIdentity): Caller | Promise<Caller>;
}
