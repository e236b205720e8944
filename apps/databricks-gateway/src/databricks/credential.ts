import { OperationError, throwNotRun } from "@front-door/operations";
import type { ReplyHead } from "./exchange.ts";
import { untilAborted } from "./until-aborted.ts";

/** How one identity authenticates to Databricks. */
export interface Credential {
  /** The value of the Authorization header; a promise if it must be fetched. Throws OperationErrors. */
  authorization(): string | Promise<string>;
  /** Takes a value of {@link authorization} that Databricks refused. Resolves to whether a second try may succeed. */
  renew(refused: string): Promise<boolean>;
  /** Applies changed settings before a call that cannot be repeated. */
  reread(): Promise<void>;
}

/** A token that came with a request. Nothing ever replaces it. */
export function fixedCredential(token: string): Credential {
  return {
    authorization: () => `Bearer ${token}`,
    renew: async () => false,
    reread: async () => undefined,
  };
}

/**
 * Whether Databricks refused the credential itself, and so did nothing: with a 401, or with the 403 for a token that is
 * revoked or unknown (docs/databricks.md). Another 403 means that the identity lacks a privilege.
 */
export function isCredentialRefused(status: number, reason: unknown): boolean {
  return status === 401 || (status === 403 && /invalid (?:access )?token/i.test(String(reason)));
}

interface SendOptions<Answer> {
  /** Ends the wait for a token. */
  readonly signal?: AbortSignal;
  readonly isRepeatable?: boolean;
  /** Frees what the refused reply holds. */
  readonly drop?: (refused: Answer) => void;
}

/**
 * Sends a request with the credential's authorization. If Databricks refuses it, and so does nothing, and there is another
 * one, sends the request again with that. One that cannot be repeated throws TEMPORARILY_UNAVAILABLE then. Throws what the
 * credential or `send` throws.
 */
export async function withCredential<Answer extends ReplyHead>(
  credential: Credential,
  send: (authorization: string) => Promise<Answer>,
  { signal, isRepeatable = true, drop }: SendOptions<Answer> = {},
): Promise<Answer> {
  const first = await authorizationOf(credential, signal);
  const reply = await send(first);
  const isRefused = isCredentialRefused(reply.status, reply.headers["x-databricks-reason-phrase"]);
  if (!isRefused || !(await waitFor(credential.renew(first), signal))) return reply;
  drop?.(reply);
  if (!isRepeatable) throw refusedMeanwhile();
  return send(await authorizationOf(credential, signal));
}

/** It is not the caller who is refused, and the next try has another credential. */
function refusedMeanwhile(): OperationError {
  return new OperationError(
    "TEMPORARILY_UNAVAILABLE",
    "Databricks no longer accepts the credential that the gateway had. Nothing was stored. Send the file again.",
    { retryAfterSeconds: 1, surelyNotRun: true },
  );
}

function authorizationOf(credential: Credential, signal: AbortSignal | undefined): string | Promise<string> {
  const authorization = credential.authorization();
  // Awaiting a token that is known would cost a turn of the event loop.
  return typeof authorization === "string" ? authorization : waitFor(authorization, signal);
}

/** Nothing runs at Databricks meanwhile. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return (signal === undefined ? work : untilAborted(work, signal)).catch(throwNotRun);
}
