import type { JWK } from "jose";
import type { Seed } from "../state/seed.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { FederationPolicies } from "./federation-policies.ts";
import { OAuthClients } from "./oauth-clients.ts";
import { DEFAULT_OAUTH_SETTINGS, type OAuthSettings } from "./oauth-settings.ts";
import { signingKeyOf } from "./signing-key.ts";

/** What the OAuth endpoints work with, besides the tokens. */
export interface OAuth {
  clients: OAuthClients;
  policies: FederationPolicies;
  settings: OAuthSettings;
  /** Private. */
  signingKey: () => Promise<JWK>;
}

export function openOAuth(folder: StateFolder, seed: Seed): OAuth {
  return {
    clients: new OAuthClients(seed),
    policies: new FederationPolicies(seed),
    settings: { ...DEFAULT_OAUTH_SETTINGS },
    signingKey: signingKeyOf(folder),
  };
}
