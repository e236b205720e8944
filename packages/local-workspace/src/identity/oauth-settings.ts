import type { OAuthApp, Seed } from "../state/seed.ts";

/** What the controls can change while the workspace runs. */
export interface OAuthSettings {
  /** Of every access token; default: the app's own, or the seed's. */
  accessTokenSeconds: number | undefined;
  /** Of every refresh token; default: the app's own. */
  refreshTokenSeconds: number | undefined;
  authorizationCodeSeconds: number;
  /** Signs in the user that `login_hint` names, without a page. */
  signInByHint: boolean;
}

export const DEFAULT_OAUTH_SETTINGS: OAuthSettings = {
  accessTokenSeconds: undefined,
  refreshTokenSeconds: undefined,
  authorizationCodeSeconds: 60,
  signInByHint: false,
};

export function accessTokenSeconds(settings: OAuthSettings, seed: Seed, app?: OAuthApp): number {
  return settings.accessTokenSeconds ?? app?.accessTokenSeconds ?? seed.oauthTokenSeconds;
}
