import { commaSeparated, isLoopback, oneOf, type SettingsReport } from "@front-door/service-runtime";
import * as z from "zod";
import type { SettingsEditors } from "./allowed-operations.ts";
import { problemOfKeysFile } from "./api-keys.ts";
import type { OidcConfig } from "./oidc.ts";
import { runAsChoices } from "./run-as.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

/** Asymmetric ones only: with a shared secret (HS256), everyone who can check a token can make one. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** The settings that decide who may sign in. */
export const signInSettings = {
  API_AUTH: oneOf(["none", "api-key", "oidc", "forwarded", "databricks"]).default("none"),
  API_KEYS_FILE: z.string().optional(),
  OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, "must be the provider's URL, with https:// unless it is on this machine")
    .optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_NAME_CLAIM: z.string().optional(),
  OIDC_ALGORITHMS: commaSeparated
    .refine(
      (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
      `must be some of ${algorithms.join(", ")}`,
    )
    .default(algorithms),
  OIDC_RUN_AS: oneOf(runAsChoices).optional(),
  PUBLIC_URL: z
    .string()
    .refine(
      isPublicUrl,
      "must be the address that browsers have for this server, like https://front-door.example.com, without a path and with https:// unless it is on this machine",
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  SETTINGS_EDITORS: commaSeparated.optional(),
  TRUSTED_PROXIES: commaSeparated
    .transform((entries, context) => {
      try {
        return new TrustedProxies(entries);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.issues.push({ code: "custom", message: `is wrong: ${error.message}`, input: entries });
        return z.NEVER;
      }
    })
    .optional(),
};

const parsedSettings = z.object(signInSettings);

export type SignInConfig =
  | { readonly mode: "none" }
  | { readonly mode: "forwarded"; readonly settingsEditors: SettingsEditors }
  | {
      readonly mode: "databricks";
      readonly settingsEditors: SettingsEditors;
      /** The origin by which browsers address this server. Undefined: they are on this machine. */
      readonly publicUrl: string | undefined;
    }
  | { readonly mode: "api-key"; readonly keysFile: string }
  | ({ readonly mode: "oidc" } & OidcConfig);

/** Who may sign in. Undefined if a setting that the sign-in needs is missing or wrong, which the report then says. */
export function signInConfig(
  settings: z.output<typeof parsedSettings>,
  report: SettingsReport,
): SignInConfig | undefined {
  if (report.has("API_AUTH")) return undefined;
  const mode = settings.API_AUTH;
  const { API_KEYS_FILE: keysFile, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  const need = (name: keyof typeof settings) => {
    if (settings[name] === undefined) report.refuse(name, `is required with API_AUTH=${mode}`);
  };
  // If ignored, such a setting would suggest a sign-in that does not happen.
  const misplaced = (name: string, needed: string) =>
    report.refuse(name, `is set, and API_AUTH is ${mode}; set API_AUTH=${needed}, or leave ${name} out`);
  if (keysFile !== undefined && mode !== "api-key") misplaced("API_KEYS_FILE", "api-key");
  if (issuer !== undefined && mode !== "oidc") misplaced("OIDC_ISSUER", "oidc");
  if (settings.OIDC_RUN_AS !== undefined && mode !== "oidc") misplaced("OIDC_RUN_AS", "oidc");
  if (settings.PUBLIC_URL !== undefined && mode !== "databricks") misplaced("PUBLIC_URL", "databricks");
  if (settings.SETTINGS_EDITORS !== undefined && (mode === "none" || mode === "api-key")) {
    misplaced("SETTINGS_EDITORS", "oidc, forwarded or databricks");
  }
  const settingsEditors = settings.SETTINGS_EDITORS ?? [];
  switch (mode) {
    case "none":
      return { mode };
    case "forwarded":
      need("TRUSTED_PROXIES");
      return { mode, settingsEditors };
    case "databricks":
      return { mode, settingsEditors, publicUrl: settings.PUBLIC_URL };
    case "api-key": {
      need("API_KEYS_FILE");
      if (keysFile === undefined) return undefined;
      const problem = problemOfKeysFile(keysFile);
      if (problem !== undefined) report.refuse("API_KEYS_FILE", problem);
      return { mode, keysFile };
    }
    case "oidc":
      need("OIDC_ISSUER");
      // Without it, a token that the provider made for any other program would be accepted.
      need("OIDC_AUDIENCE");
      if (issuer === undefined || audience === undefined) return undefined;
      return {
        mode,
        issuer,
        audience,
        nameClaim: settings.OIDC_NAME_CLAIM,
        algorithms: settings.OIDC_ALGORITHMS,
        settingsEditors,
        runAs: settings.OIDC_RUN_AS ?? "gateway",
      };
  }
}

/** Whether a URL is read over TLS, or from this machine: what comes from it decides who may sign in. */
export function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return isSafeAddress(text) && url?.pathname === "/" && url.search === "" && url.hash === "";
}
