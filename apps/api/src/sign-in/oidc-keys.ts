import { OperationError } from "@front-door/operations";
import { describeError } from "@front-door/service-runtime";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Logger } from "pino";
import * as z from "zod";
import { isSafeAddress } from "./safe-address.ts";

/** In milliseconds; tests make them short. */
export interface OidcKeysTimes {
  /** Keys older than this are fetched again while they go on being used. */
  readonly freshMs: number;
  /** Keys older than this are not used any more: a provider that is away may have withdrawn them long ago. */
  readonly staleMs: number;
  /** Between two fetches, whoever asks: tokens with invented key ids must not become requests to the provider. */
  readonly pauseMs: number;
  readonly timeoutMs: number;
}

const defaultTimes: OidcKeysTimes = {
  freshMs: 10 * 60_000,
  staleMs: 24 * 60 * 60_000,
  pauseMs: 10_000,
  timeoutMs: 5_000,
};

const discovery = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.string().refine(isSafeAddress, "must begin with https://"),
});

/**
 * The provider's public keys, found by its issuer. `jose`'s own remote set refuses everybody when the provider is away
 * at the moment at which its keys are ten minutes old; here the keys serve on, and a new one is looked for at once.
 */
export class OidcKeys {
  readonly #issuer: string;
  readonly #logger: Logger;
  readonly #times: OidcKeysTimes;
  #keys: { readonly find: JWTVerifyGetKey; readonly fetchedAt: number } | undefined;
  #attempt: { readonly at: number; failed: boolean } | undefined;
  #fetching: Promise<JWTVerifyGetKey> | undefined;

  constructor(issuer: string, logger: Logger, times: Partial<OidcKeysTimes> = {}) {
    this.#issuer = issuer;
    this.#logger = logger;
    this.#times = { ...defaultTimes, ...times };
    // A wrong issuer shows in the log at the start and not with the first caller.
    this.#fetch().catch(() => undefined);
  }

  /** For `jwtVerify`. Rejects with SIGN_IN_UNAVAILABLE when the key cannot be had, which says nothing about the token. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const newer = await this.#newer();
      if (newer === undefined) throw error;
      return newer(header, token);
    }
  };

  async #current(): Promise<JWTVerifyGetKey> {
    const age = this.#keys === undefined ? Infinity : performance.now() - this.#keys.fetchedAt;
    if (this.#keys === undefined || age > this.#times.staleMs)
      return this.#fetching ?? this.#fetchAfterPause();
    if (age > this.#times.freshMs && !this.#pausing()) this.#fetch().catch(() => undefined);
    return this.#keys.find;
  }

  /** Keys from after now, or undefined when those that are here have just been fetched. */
  async #newer(): Promise<JWTVerifyGetKey | undefined> {
    if (this.#fetching === undefined && this.#pausing() && !this.#attempt?.failed) return undefined;
    return this.#fetching ?? this.#fetchAfterPause();
  }

  #fetchAfterPause(): Promise<JWTVerifyGetKey> {
    return this.#pausing() && this.#attempt?.failed ? Promise.reject(unavailable()) : this.#fetch();
  }

  #pausing(): boolean {
    return this.#attempt !== undefined && performance.now() - this.#attempt.at < this.#times.pauseMs;
  }

  /** One at a time, however many callers wait for it. */
  #fetch(): Promise<JWTVerifyGetKey> {
    const attempt = { at: performance.now(), failed: false };
    this.#attempt = attempt;
    this.#fetching ??= this.#fetchKeys()
      .then((find) => {
        this.#keys = { find, fetchedAt: attempt.at };
        return find;
      })
      .catch((error: unknown) => {
        attempt.failed = true;
        const used = this.#keys === undefined ? "nobody can sign in" : "those from before are used";
        this.#logger.error(
          { issuer: this.#issuer, cause: describeError(error) },
          `the keys of OIDC_ISSUER cannot be fetched: ${used}`,
        );
        throw unavailable(error);
      })
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  async #fetchKeys(): Promise<JWTVerifyGetKey> {
    const document = discovery.parse(
      await this.#getJson(`${this.#issuer.replace(/\/$/, "")}/.well-known/openid-configuration`),
    );
    if (document.issuer !== this.#issuer) {
      throw new Error("the provider's own document names another issuer: OIDC_ISSUER must be exactly that");
    }
    // It checks the shape itself.
    return createLocalJWKSet((await this.#getJson(document.jwks_uri)) as JSONWebKeySet);
  }

  async #getJson(url: string): Promise<unknown> {
    const response = await fetch(url, {
      headers: { accept: "application/json" },
      // A provider that sends on to another host is not the one that was configured.
      redirect: "error",
      signal: AbortSignal.timeout(this.#times.timeoutMs),
    });
    if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
    return response.json();
  }
}

function unavailable(cause?: unknown): OperationError {
  return new OperationError(
    "SIGN_IN_UNAVAILABLE",
    "The identity provider does not answer, so nobody can be signed in at the moment.",
    { retryAfterSeconds: 5, cause },
  );
}
