import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import * as z from "zod";
import { toUpstreamError } from "../databricks/api-error.ts";
import { readText } from "../databricks/read-text.ts";
import { type IncomingReply, type Transport, toConnectionError } from "../databricks/transport.ts";

const requestMs = 5_000;
const bodyBytesMax = 64 * 1024;
const discoveryPath = "/oidc/.well-known/oauth-authorization-server";
/** A token is not used in its last seconds, so that it does not run out on the way. */
const leewayMs = 10_000;
const refreshAheadMs = 5 * 60_000;
const pauseAfterFailureMs = 5_000;
/** A token that Databricks refuses although it should be good is given up this often and no more. */
const pauseAfterDiscardMs = 5_000;

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

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The OAuth tokens of one service principal, for all requests together. However many ask at once, there is one discovery
 * and one token request (the SDK made 20 of each for 20 first calls, and sends the secret to whatever endpoint it is
 * told, docs/sdk-transport.md, SDK 13). A token is renewed in the background in the last fifth of its life, at most 5 minutes before its
 * end, and serves on meanwhile. A failure is not kept, except that a service which does not answer in five seconds is left
 * alone for five more.
 */
export class TokenSource {
  readonly #transport: Transport;
  readonly #credentials: ClientCredentials;
  readonly #redact: Redactor;
  #token: Token | undefined;
  #endpointPath: string | undefined;
  #pending: Promise<Token> | undefined;
  #noRefreshBefore = 0;
  #noDiscardBefore = 0;
  #silence: { readonly until: number; readonly error: unknown } | undefined;

  constructor(transport: Transport, credentials: ClientCredentials, redact: Redactor) {
    this.#transport = transport;
    this.#credentials = credentials;
    this.#redact = redact;
  }

  /** A token that is good for ten seconds at least, at once where there is one. Fails with an OperationError without a secret. */
  token(): string | Promise<string> {
    const now = Date.now();
    const token = this.#token;
    if (token === undefined || now >= token.expiresAt - leewayMs) {
      if (this.#silence !== undefined && now < this.#silence.until)
        return Promise.reject(this.#silence.error);
      return this.#renew().then(({ value }) => value);
    }
    if (now >= token.refreshAt && now >= this.#noRefreshBefore) {
      // The old token serves until the new one is there; if it never comes, the caller after its end gets the error.
      this.#renew().catch(() => {
        this.#noRefreshBefore = Date.now() + pauseAfterFailureMs;
      });
    }
    return token.value;
  }

  /**
   * Databricks refused this token. Whether the next call of {@link token} gives another one: not when one was given up
   * for this reason less than five seconds ago.
   */
  discard(refused: string): boolean {
    if (this.#token?.value !== refused) return true;
    const now = Date.now();
    if (now < this.#noDiscardBefore) return false;
    this.#noDiscardBefore = now + pauseAfterDiscardMs;
    this.#token = undefined;
    return true;
  }

  #renew(): Promise<Token> {
    // Its own time limit: it serves every caller, so the one that happened to be first must not end it.
    const signal = AbortSignal.timeout(requestMs);
    this.#pending ??= this.#request(signal)
      .catch((error: unknown) => {
        // Who does not answer at all is not asked again at once: every caller would wait as long.
        if (signal.aborted) this.#silence = { until: Date.now() + pauseAfterFailureMs, error };
        throw error;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  async #request(signal: AbortSignal): Promise<Token> {
    this.#endpointPath ??= await this.#discover(signal);
    const { clientId, clientSecret } = this.#credentials;
    const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString("base64");
    const reply = await this.#transport.send({
      method: "POST",
      path: this.#endpointPath,
      headers: {
        accept: "application/json",
        authorization: `Basic ${basic}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials&scope=all-apis",
      signal,
    });
    const { access_token, expires_in } = await this.#read(reply, tokenReply, signal);
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
    const reply = await this.#transport.send({ method: "GET", path: discoveryPath, headers, signal });
    const { token_endpoint } = await this.#read(reply, discoveryReply, signal);
    const endpoint = new URL(token_endpoint);
    if (endpoint.origin !== this.#transport.origin || endpoint.username !== "" || endpoint.password !== "") {
      throw new OperationError(
        "UPSTREAM_INVALID_RESPONSE",
        "The workspace names a token endpoint elsewhere.",
        {
          cause: new Error(
            "the secret was not sent: the token endpoint has another origin than the workspace",
          ),
        },
      );
    }
    return `${endpoint.pathname}${endpoint.search}`;
  }

  async #read<T>(reply: IncomingReply, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const { text } = await readText(reply.body, bodyBytesMax).catch((error: unknown) => {
      throw toConnectionError(error, signal);
    });
    if (reply.status === 400 || reply.status === 401 || reply.status === 403) {
      throw new OperationError(
        "UNAUTHENTICATED",
        "Databricks did not accept the gateway's client id and secret.",
        { cause: toUpstreamError({ status: reply.status, retryAfter: undefined, text }, this.#redact) },
      );
    }
    if (reply.status >= 400) {
      const retryAfter = reply.headers["retry-after"];
      throw toUpstreamError({ status: reply.status, retryAfter, text }, this.#redact);
    }
    const parsed = reply.status === 200 ? schema.safeParse(parseJson(text)) : undefined;
    if (!parsed?.success) {
      throw new OperationError(
        "UPSTREAM_INVALID_RESPONSE",
        "The workspace's login service does not answer.",
        {
          cause: new Error(`OAuth reply ${reply.status} is not as described`),
        },
      );
    }
    return parsed.data;
  }
}

/** RFC 6749 §2.3.1: both parts of a client's Basic credentials are form-encoded first. */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
