import { alternatives } from "@front-door/service-runtime";
import type { Request } from "express";
import type { Logger } from "pino";
import { watchApiKeys } from "./api-keys.ts";
import type { BrowserAddress } from "./browser-address.ts";
import { type Caller, realm, type WayIn } from "./caller.ts";
import { unauthenticated } from "./credential-header.ts";
import type { KnownSessions } from "./known-sessions.ts";
import type { OidcConfig } from "./oidc.ts";
import { type ProxyIdentity, proxyIdentity, refuseUnreadIdentity } from "./proxy-identity.ts";
import { session } from "./session.ts";
import { modesOf, type SignInConfig, wayOf } from "./sign-in-config.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";
import { anonymous, apiKey, forwarded } from "./ways-in.ts";

export interface SignIn {
  /** The challenges of `WWW-Authenticate` in a 401. */
  readonly challenges: readonly string[];
  /** Throws UNAUTHENTICATED, SESSION_ENDED, PROXY_NOT_TRUSTED or SIGN_IN_UNAVAILABLE. */
  signIn(req: Request): Promise<Caller>;
  /** What the request brings as its one credential, good or not. */
  credentialOf(req: Request): string | undefined;
}

export interface SignInParts {
  readonly logger: Logger;
  readonly address: BrowserAddress;
  readonly sessions: KnownSessions;
}

/**
 * The sign-in that the settings ask for. Where there are several ways in, what a request brings decides which one it takes:
 * with two credentials it is refused, because nobody knows who is meant. Throws if the file of API keys cannot be read.
 */
export function createSignIn(config: SignInConfig, proxies: TrustedProxies, parts: SignInParts): SignIn {
  const ways = config.map((way) => wayIn(way, parts));
  const takenBy = (req: Request) => ways.filter((way) => way.credentialOf(req) !== undefined);
  const enter = (req: Request, proxy: ProxyIdentity) => {
    const [only, another] = ways.length === 1 ? ways : takenBy(req);
    if (only === undefined) throw unauthenticated(withoutCredential(ways));
    if (another === undefined) return only.signIn(req, proxy);
    throw unauthenticated(
      `${upperFirst(only.credential)} and ${another.credential} each say who calls: send one of them.`,
    );
  };
  return {
    challenges: ways.map(({ challenge }) => challenge),
    async signIn(req) {
      refuseUnreadIdentity(req);
      if (wayOf(config, "api-key") === undefined && req.headers["x-api-key"] !== undefined) {
        throw unauthenticated(
          `The header X-Api-Key is read with API_AUTH=api-key only, and here API_AUTH is ${modesOf(config)}. Leave it out.`,
        );
      }
      return enter(req, proxyIdentity(req, proxies));
    },
    credentialOf(req) {
      const [only, another] = takenBy(req);
      return another === undefined ? only?.credentialOf(req) : undefined;
    },
  };
}

function withoutCredential(ways: readonly WayIn[]): string {
  return `Nobody has signed in: ${alternatives(ways.map(({ advice }) => advice))}.`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wayIn(config: SignInConfig[number], { logger, address, sessions }: SignInParts): WayIn {
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
    credential: "Authorization",
    advice: "send a JWT in Authorization",
    credentialOf: ({ headers }) => headers.authorization,
    signIn: async (req, proxy) => (await loading).signIn(req, proxy),
  };
}
