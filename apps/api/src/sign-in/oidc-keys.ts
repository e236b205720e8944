import { OperationError } from "@front-door/operations";
import { describeError } from "@front-door/service-runtime";
import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from "jose";
import type { Logger } from "pino";
import * as z from "zod";
import { isSafeAddress } from "./sign-in-config.ts";

/** In milliseconds; tests make them short. */
export interface OidcKeysTimes {
  /** Older keys are fetched again in the background, and stay in use meanwhile. */
  readonly freshMs: number;
  /** Older keys are refused: a provider that is away may have withdrawn them long ago. */
  readonly staleMs: number;
  /** The least time between two fetches: tokens with invented key ids must not become requests to the provider. */
  readonly pauseMs: number;
  /** For the discovery document and the keys together. */
  readonly timeoutMs: number;
}

const defaultTimes: OidcKeysTimes = {
  freshMs: 10 * 60_000,
  staleMs: 24 * 60 * 60_000,
  pauseMs: 10_000,
  timeoutMs: 5_000,
};

const keySet = z.looseObject({ keys: z.array(z.looseObject({})) });

/**
 * Finds the provider's public keys for `jwtVerify`. Rejects with SIGN_IN_UNAVAILABLE when the keys cannot be fetched,
 * which says nothing about the token. Starts to fetch at once, so that a wrong issuer shows in the log at the start.
 */
export function oidcKeys(
  issuer: string,
  logger: Logger,
  times: Partial<OidcKeysTimes> = {},
): JWTVerifyGetKey {
  const { freshMs, staleMs, pauseMs, timeoutMs } = { ...defaultTimes, ...times };
  const discoveryDocument = z.looseObject({
    issuer: z.literal(issuer, "names another issuer: OIDC_ISSUER must be exactly the provider's own"),
    jwks_uri: z.string().refine(isSafeAddress, "must begin with https://"),
  });
  let refreshAt = 0;
  let retryAt = 0;

  /** The address of the keys is looked up again each time: a provider may move them. */
  const fetchKeys: FetchImplementation = async (discoveryUrl, init) => {
    // jose pauses only after a fetch that succeeded.
    if (performance.now() < retryAt) throw unavailable();
    try {
      const { jwks_uri } = discoveryDocument.parse(await getJson(discoveryUrl, init));
      const keys = keySet.parse(await getJson(jwks_uri, init));
      refreshAt = performance.now() + freshMs;
      return Response.json(keys);
    } catch (error) {
      retryAt = performance.now() + pauseMs;
      refreshAt = retryAt;
      logger.error(
        { issuer, cause: describeError(error) },
        "cannot fetch the keys of OIDC_ISSUER: keys fetched earlier stay in use; without any, nobody can sign in",
      );
      throw unavailable(error);
    }
  };

  const keys = createRemoteJWKSet(new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`), {
    cacheMaxAge: staleMs,
    cooldownDuration: pauseMs,
    timeoutDuration: timeoutMs,
    [customFetch]: fetchKeys,
  });
  const refresh = () => void keys.reload().catch(() => undefined);
  refresh();
  return async (header, token) => {
    if (performance.now() >= refreshAt) refresh();
    return keys(header, token);
  };
}

async function getJson(url: string, init: RequestInit): Promise<unknown> {
  // A provider that redirects to another host is not the one that was configured.
  const response = await fetch(url, { ...init, redirect: "error" });
  if (!response.ok) throw new Error(`${new URL(url).pathname} returned ${response.status}`);
  return response.json();
}

function unavailable(cause?: unknown): OperationError {
  return new OperationError(
    "SIGN_IN_UNAVAILABLE",
    "The identity provider's keys cannot be fetched, so the token cannot be checked. Try again in 5 s.",
    { retryAfterSeconds: 5, cause },
  );
}
