import type { Request } from "express";
import type { Logger } from "pino";
import { anonymous } from "./anonymous.ts";
import { apiKey } from "./api-key.ts";
import { ApiKeys } from "./api-keys.ts";
import type { Caller, WayIn } from "./caller.ts";
import { realm } from "./challenge.ts";
import { forwarded } from "./forwarded.ts";
import type { OidcConfig } from "./oidc.ts";
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
      return oidcOnceLoaded(config, logger);
    case "forwarded":
      return forwarded;
  }
}

/** Loaded by those who use it: what checks a JWT takes 7 MiB. The provider's keys are fetched at the start all the same. */
function oidcOnceLoaded(config: OidcConfig, logger: Logger): WayIn {
  const loading = Promise.all([import("./oidc.ts"), import("./oidc-keys.ts")]).then(
    ([{ oidc }, { oidcKeys }]) => oidc(config, oidcKeys(config.issuer, logger)),
  );
  return {
    challenge: `Bearer ${realm}`,
    signIn: async (req, proxy) => (await loading).signIn(req, proxy),
  };
}
