import type { Redactor } from "@front-door/service-runtime";
import type { LoginCredentials } from "../config/own-identity.ts";
import type { Transport } from "../databricks/transport.ts";
import { LoginService } from "./login-service.ts";
import { entraTokenPath, tokenRequest } from "./token-request.ts";

const requestMs = 5_000;
/** A token is not used in its last seconds, so that it does not expire on the way. */
const leewayMs = 10_000;
const refreshAheadMs = 5 * 60_000;
/** The shortest time from a failed renewal to the next, and from one discarded token to the next. */
const pauseMs = 5_000;

interface Token {
  readonly value: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
}

/**
 * The OAuth tokens of one service principal or workload. Any number of concurrent callers cause one discovery and one token request
 * (docs/sdk-transport.md, SDK 13). A token is renewed in the background in the last fifth of its life, at most 5 minutes
 * before its end. A failure is not cached, except that a login service that does not answer within five seconds gets no
 * request for the next five.
 */
export class TokenSource {
  readonly #credentials: LoginCredentials;
  readonly #service: LoginService;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  #failure: { readonly at: number; readonly error: unknown; readonly isSilence: boolean } | undefined;
  #discardedAt = 0;

  constructor(transport: Transport, credentials: LoginCredentials, redact: Redactor) {
    this.#credentials = credentials;
    const name = "tenantId" in credentials ? "Microsoft Entra ID" : undefined;
    this.#service = new LoginService(transport, redact, name);
  }

  /** A token that is valid for at least ten seconds; a promise if it must be fetched. Throws OperationErrors. */
  token(): string | Promise<string> {
    const now = Date.now();
    const token = this.#token;
    const failure = now < (this.#failure?.at ?? 0) + pauseMs ? this.#failure : undefined;
    if (token === undefined || now >= token.expiresAt - leewayMs) {
      if (failure?.isSilence) return Promise.reject(failure.error);
      return this.#renew().then(({ value }) => value);
    }
    // The old token is used meanwhile. If the renewal keeps failing, callers get the error when the token has expired.
    if (now >= token.refreshAt && failure === undefined) this.#renew().catch(() => undefined);
    return token.value;
  }

  /**
   * Discards a token that Databricks refused. Returns whether {@link token} will return another one: not if a token was
   * discarded less than five seconds ago.
   */
  discard(refused: string): boolean {
    if (this.#token?.value !== refused) return true;
    const now = Date.now();
    if (now < this.#discardedAt + pauseMs) return false;
    this.#discardedAt = now;
    this.#token = undefined;
    return true;
  }

  #renew(): Promise<Token> {
    // It serves every caller, so it has its own time limit and not that of the first one.
    const signal = AbortSignal.timeout(requestMs);
    this.#pending ??= this.#request(signal)
      .catch((error: unknown) => {
        this.#failure = { at: Date.now(), error, isSilence: signal.aborted };
        throw error;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  async #request(signal: AbortSignal): Promise<Token> {
    const login = this.#credentials;
    const path =
      "tenantId" in login ? entraTokenPath(login) : (await this.#service.endpoints(signal)).tokenPath;
    const request = tokenRequest(login);
    const { access_token, expires_in } = await this.#service.token(path, request, signal);
    const now = Date.now();
    const lifeMs = expires_in * 1000;
    this.#token = {
      value: access_token,
      expiresAt: now + lifeMs,
      refreshAt: now + lifeMs - Math.min(refreshAheadMs, lifeMs / 5),
    };
    return this.#token;
  }
}
