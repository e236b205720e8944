import type { Request } from "express";
import type { Logger } from "pino";
import { watchApiKeys } from "./api-keys.ts";
import { type Caller, realm, type WayIn } from "./caller.ts";
import { unauthenticated } from "./credential-header.ts";
import type { KnownSessions } from "./known-sessions.ts";
import type { OidcConfig } from "./oidc.ts";
import { proxyIdentity, refuseUnreadIdentity } from "./proxy-identity.ts";
import { session } from "./session.ts";
import type { BrowserAddress } from "./session-cookie.ts";
import type { SignInConfig } from "./sign-in-config.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";
import { anonymous, apiKey, forwarded } from "./ways-in.ts";

export interface SignIn {
  readonly challenge: string;
  /** Throws UNAUTHENTICATED, SESSION_ENDED, PROXY_NOT_TRUSTED or SIGN_IN_UNAVAILABLE. */
  signIn(req: Request): Promise<Caller>;
  /** What the request brings as its credential, good or not. */
  credentialOf(req: Request): string | undefined;
}

export interface SignInParts {
  readonly logger: Logger;
  readonly address: BrowserAddress;
  readonly sessions: KnownSessions;
}

/** The sign-in that the settings ask for. Throws if the file of API keys cannot be read. */
export function createSignIn(
  config: SignInConfig,
  proxies: TrustedProxies,
  { logger, ...parts }: SignInParts,
): SignIn {
  const way = wayIn(config, { logger, ...parts });
  return {
    challenge: way.challenge,
    async signIn(req) {
      refuseUnreadIdentity(req);
      if (way.header !== "x-api-key" && req.headers["x-api-key"] !== undefined) {
        throw unauthenticated(
          `The header X-Api-Key is read with API_AUTH=api-key only, and here API_AUTH is ${config.mode}. Leave it out.`,
        );
      }
      return way.signIn(req, proxyIdentity(req, proxies));
    },
    credentialOf: ({ headers }) => headers[way.header]?.toString(),
  };
}

function wayIn(config: SignInConfig, { logger, address, sessions }: SignInParts): WayIn {
  switch (config.mode) {
    case "none":
      return anonymous;
    case "api-key":
      return apiKey(watchApiKeys(config.keysFile, logger));
    case "oidc":
      return oidcOnceLoaded(config, logger);
    case "forwarded":
      return forwarded(config.settingsEditors);
    case "databricks":
      return session({ address, sessions, settingsEditors: config.settingsEditors });
  }
}

/** Checking JWTs takes 7 MiB, so only those who use it load it. The provider's keys are still fetched at the start. */
function oidcOnceLoaded(config: OidcConfig, logger: Logger): WayIn {
  const loading = Promise.all([import("./oidc.ts"), import("./oidc-keys.ts")]).then(
    ([{ oidc }, { oidcKeys }]) => oidc(config, oidcKeys(config.issuer, logger)),
  );
  return {
    challenge: `Bearer ${realm}`,
    header: "authorization",
    signIn: async (req, proxy) => (await loading).signIn(req, proxy),
  };
}
