import type { LoginCredentials, WorkloadIdentity } from "../config/own-identity.ts";
import { federationRefusal } from "./federation/federation-refusal.ts";
import type { SubjectToken } from "./federation/subject-token.ts";
import type { KnownRefusal, LoginService } from "./login-service.ts";
import { entraTokenPath, exchangeRequest, secretRequest, type TokenRequest } from "./token-request.ts";
import { tokenInFile, workloadToken } from "./workload-token.ts";

const requestMs = 5_000;
/** A token is not used in its last seconds, so that it does not expire on the way. */
const leewayMs = 10_000;
const refreshAheadMs = 5 * 60_000;
/** The shortest time from a failed renewal to the next, and from one discarded token to the next. */
const pauseMs = 5_000;

interface Token {
  readonly value: string;
  readonly usableUntil: number;
  readonly refreshAt: number;
}

/**
 * The OAuth tokens of one service principal, workload or JWT of a caller. Any number of concurrent callers cause one discovery
 * and one token request (docs/sdk-transport.md, SDK 13). A token is renewed in the background in the last fifth of its life, at most 5 minutes
 * before its end. A failure is not cached, except that for five seconds a login service that did not answer within five
 * gets no request, and a caller's JWT that failed is not sent again.
 */
export class TokenSource {
  readonly #credentials: LoginCredentials | SubjectToken;
  readonly #service: LoginService;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  #failure: { readonly at: number; readonly error: unknown; readonly isCached: boolean } | undefined;
  #discardedAt = 0;
  /** The workload's token, or caller's JWT, that was exchanged last. */
  #exchanged: string | undefined;

  constructor(service: LoginService, credentials: LoginCredentials | SubjectToken) {
    this.#service = service;
    this.#credentials = credentials;
  }

  /**
   * A token that is valid for at least ten seconds, if there is such a one; a promise if it must be fetched. Throws
   * OperationErrors.
   */
  token(): string | Promise<string> {
    const now = Date.now();
    const token = this.#token;
    const failure = now < (this.#failure?.at ?? 0) + pauseMs ? this.#failure : undefined;
    if (token === undefined || now >= token.usableUntil) {
      if (failure?.isCached) return Promise.reject(failure.error);
      return this.#renew().then(({ value }) => value);
    }
    // The old token is used meanwhile. If the renewal keeps failing, callers get the error when the token has expired.
    if (now >= token.refreshAt && failure === undefined) this.#renew().catch(() => undefined);
    return token.value;
  }

  /** The token that is in use, if there is one. */
  get current(): string | undefined {
    return this.#token?.value;
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
        const isCached = signal.aborted || "jwt" in this.#credentials;
        this.#failure = { at: Date.now(), error, isCached };
        throw error;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  /** Renews the token in the background if the file of a workload has another one than before. */
  reread(): void {
    if (this.#token === undefined || !("tokenFile" in this.#credentials)) return;
    try {
      if (tokenInFile(this.#credentials.tokenFile) === this.#exchanged) return;
    } catch {
      // The next renewal says what is wrong with the file.
      return;
    }
    this.#renew().catch(() => undefined);
  }

  async #request(signal: AbortSignal): Promise<Token> {
    const login = this.#credentials;
    const path =
      "tenantId" in login ? entraTokenPath(login) : (await this.#service.endpoints(signal)).tokenPath;
    const request =
      "clientSecret" in login ? secretRequest(login) : await this.#exchangeRequest(login, path, signal);
    const known: KnownRefusal | undefined =
      "jwt" in login ? (reply, redact) => federationRefusal(login, reply, redact) : undefined;
    const { access_token: value, expires_in } = await this.#service.token(path, request, signal, known);
    const now = Date.now();
    const lifeMs = expires_in * 1000;
    const endsAt = now + lifeMs;
    const refreshAt = endsAt - Math.min(refreshAheadMs, lifeMs / 5);
    // No exchange of the same JWT gets a token that lives longer than the JWT.
    const isLast = "jwt" in login && endsAt > login.expiresAt - leewayMs;
    this.#token = isLast
      ? { value, usableUntil: Math.min(endsAt, login.expiresAt), refreshAt: Number.POSITIVE_INFINITY }
      : { value, usableUntil: endsAt - leewayMs, refreshAt };
    return this.#token;
  }

  async #exchangeRequest(
    login: WorkloadIdentity | SubjectToken,
    path: string,
    signal: AbortSignal,
  ): Promise<TokenRequest> {
    const endpoint = `${this.#service.origin}${path}`;
    this.#exchanged = "jwt" in login ? login.jwt : await workloadToken(login, endpoint, signal);
    return exchangeRequest(this.#exchanged, login.clientId);
  }
}
