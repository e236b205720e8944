import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import * as z from "zod";
import type { LoginCredentials } from "../config/own-identity.ts";
import { redirected } from "../databricks/api-error.ts";
import type { Reply } from "../databricks/exchange.ts";
import type { ShortRequest, Transport } from "../databricks/transport.ts";
import { inLoginServiceWords, refusedSignIn } from "./sign-in-error.ts";
import { entraTokenPath, tokenRequest } from "./token-request.ts";

const requestMs = 5_000;
const bodyBytesMax = 64 * 1024;
const discoveryPath = "/oidc/.well-known/oauth-authorization-server";
/** A token is not used in its last seconds, so that it does not expire on the way. */
const leewayMs = 10_000;
const refreshAheadMs = 5 * 60_000;
/** The shortest time from a failed renewal to the next, and from one discarded token to the next. */
const pauseMs = 5_000;

const discoveryReply = z.object({ token_endpoint: z.url() });
const tokenReply = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().max(86_400).default(3600),
});

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
  readonly #transport: Transport;
  readonly #credentials: LoginCredentials;
  readonly #redact: Redactor;
  /** For messages. */
  readonly #service: string;
  #token: Token | undefined;
  #endpointPath: string | undefined;
  #pending: Promise<Token> | undefined;
  #failure: { readonly at: number; readonly error: unknown; readonly isSilence: boolean } | undefined;
  #discardedAt = 0;

  constructor(transport: Transport, credentials: LoginCredentials, redact: Redactor) {
    this.#transport = transport;
    this.#credentials = credentials;
    this.#redact = redact;
    this.#service = "tenantId" in credentials ? "Microsoft Entra ID" : "Databricks' login service";
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
      .catch((thrown: unknown) => {
        const error = inLoginServiceWords(thrown, this.#service, this.#transport.origin);
        this.#failure = { at: Date.now(), error, isSilence: signal.aborted };
        // A service that moved its endpoint is found again.
        this.#endpointPath = undefined;
        throw error;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  async #request(signal: AbortSignal): Promise<Token> {
    const login = this.#credentials;
    this.#endpointPath ??= "tenantId" in login ? entraTokenPath(login) : await this.#discover(signal);
    const { headers, form } = tokenRequest(login);
    const reply = await this.#exchange({
      method: "POST",
      path: this.#endpointPath,
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
      signal,
    });
    const { access_token, expires_in } = this.#read(reply, tokenReply);
    const now = Date.now();
    const lifeMs = expires_in * 1000;
    this.#token = {
      value: access_token,
      expiresAt: now + lifeMs,
      refreshAt: now + lifeMs - Math.min(refreshAheadMs, lifeMs / 5),
    };
    return this.#token;
  }

  async #discover(signal: AbortSignal): Promise<string> {
    const headers = { accept: "application/json" };
    const reply = await this.#exchange({ method: "GET", path: discoveryPath, headers, signal });
    const { token_endpoint } = this.#read(reply, discoveryReply);
    const endpoint = new URL(token_endpoint);
    if (endpoint.origin !== this.#transport.origin || endpoint.username !== "" || endpoint.password !== "") {
      const message = "The workspace names a token endpoint on another origin. The secret was not sent.";
      // Without its path and query, which can hold a secret.
      const cause = new Error(`the token endpoint is at ${endpoint.protocol}//${endpoint.host}`);
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { cause });
    }
    return `${endpoint.pathname}${endpoint.search}`;
  }

  #exchange(request: Omit<ShortRequest, "bytesMax">): Promise<Reply> {
    return this.#transport.exchange({ ...request, bytesMax: () => bodyBytesMax });
  }

  #read<T>({ status, headers, body }: Reply, schema: z.ZodType<T>): T {
    const text = body.toString();
    if (status >= 400) throw refusedSignIn({ status, headers, text }, this.#service, this.#redact);
    try {
      return schema.parse(JSON.parse(status === 200 ? text : ""));
    } catch {
      // The error that was caught can quote the token.
      const message = `${this.#service} sent a reply that is not OAuth.`;
      const isRedirect = status >= 300;
      const cause = isRedirect
        ? redirected(status, headers.location, this.#redact)
        : new Error(`OAuth reply ${status} is not as described`);
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", message, { cause });
    }
  }
}
