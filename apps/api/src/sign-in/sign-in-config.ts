import * as z from "zod";
import { commaList } from "../comma-list.ts";
import { ConfigError } from "../config-error.ts";
import type { OidcConfig } from "./oidc.ts";
import { isSafeAddress } from "./safe-address.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

/** With a shared secret in place of a key pair (HS256) whoever can check a token can make one. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** The settings of who may come in. */
export const signInSettings = {
  API_AUTH: z
    .enum(["none", "api-key", "oidc", "forwarded"], { error: "must be none, api-key, oidc or forwarded" })
    .default("none"),
  API_KEYS_FILE: z.string().optional(),
  OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, "must be the provider's URL, with https:// unless it is on this machine")
    .optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_NAME_CLAIM: z.string().optional(),
  OIDC_ALGORITHMS: commaList
    .refine(
      (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
      `must be some of ${algorithms.join(", ")}`,
    )
    .default(algorithms),
  TRUSTED_PROXIES: commaList
    .transform((entries, context) => {
      try {
        return new TrustedProxies(entries);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.issues.push({ code: "custom", message: error.message, input: entries });
        return z.NEVER;
      }
    })
    .optional(),
};

const parsedSettings = z.object(signInSettings);

export type SignInConfig =
  | { readonly mode: "none" | "forwarded" }
  | { readonly mode: "api-key"; readonly keysFile: string }
  | ({ readonly mode: "oidc" } & OidcConfig);

/** Throws a {@link ConfigError} for a setting that the way in needs, and for one that says another way was meant. */
export function signInConfig(settings: z.output<typeof parsedSettings>): SignInConfig {
  const mode = settings.API_AUTH;
  const { API_KEYS_FILE: keysFile, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  if (keysFile !== undefined && mode !== "api-key") throw misplaced("API_KEYS_FILE", "api-key", mode);
  if (issuer !== undefined && mode !== "oidc") throw misplaced("OIDC_ISSUER", "oidc", mode);
  switch (mode) {
    case "none":
      return { mode };
    case "forwarded":
      if (settings.TRUSTED_PROXIES === undefined) throw missing("TRUSTED_PROXIES", mode);
      return { mode };
    case "api-key":
      if (keysFile === undefined) throw missing("API_KEYS_FILE", mode);
      return { mode, keysFile };
    case "oidc":
      if (issuer === undefined) throw missing("OIDC_ISSUER", mode);
      // Without it a token that the provider made for any other program would do.
      if (audience === undefined) throw missing("OIDC_AUDIENCE", mode);
      return {
        mode,
        issuer,
        audience,
        nameClaim: settings.OIDC_NAME_CLAIM,
        algorithms: settings.OIDC_ALGORITHMS,
      };
  }
}

function missing(name: string, mode: string): ConfigError {
  return new ConfigError(`${name}: is required with API_AUTH=${mode}`);
}

/** Left alone, such a setting would give the look of a sign-in that is not there. */
function misplaced(name: string, needed: string, mode: string): ConfigError {
  return new ConfigError(`${name}: is set, and API_AUTH is ${mode}: set API_AUTH=${needed}, or leave it out`);
}
