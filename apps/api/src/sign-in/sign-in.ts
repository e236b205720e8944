import type { Request } from "express";
import type { Logger } from "pino";
import { anonymous } from "./anonymous.ts";
import { apiKey } from "./api-key.ts";
import { ApiKeys } from "./api-keys.ts";
import type { Caller, WayIn } from "./caller.ts";
import { forwarded } from "./forwarded.ts";
import { oidc } from "./oidc.ts";
import { OidcKeys } from "./oidc-keys.ts";
import { proxyIdentity } from "./proxy-identity.ts";
import type { SignInConfig } from "./sign-in-config.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

export interface SignIn {
  readonly challenge: string;
  /** Throws UNAUTHENTICATED, PROXY_NOT_TRUSTED or SIGN_IN_UNAVAILABLE. */
  signIn(req: Request): Promise<Caller>;
}

/** Throws a `ConfigError` for what cannot be used, like a file of keys that is not there. */
export function createSignIn(config: SignInConfig, proxies: TrustedProxies, logger: Logger): SignIn {
  const way = wayIn(config, logger);
  return {
    challenge: way.challenge,
    async signIn(req) {
      return way.signIn(req, proxyIdentity(req, proxies));
    },
  };
}

function wayIn(config: SignInConfig, logger: Logger): WayIn {
  switch (config.mode) {
    case "none":
      return anonymous;
    case "api-key":
      return apiKey(new ApiKeys(config.keysFile, logger));
    case "oidc":
      return oidc(config, new OidcKeys(config.issuer, logger));
    case "forwarded":
      return forwarded;
  }
}
