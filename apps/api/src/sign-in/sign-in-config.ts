import { oidcRunAs, type SignInMode, signInModes } from "@front-door/operations";
import {
  alternatives,
  commaSeparated,
  isLoopback,
  oneOf,
  type SettingsReport,
} from "@front-door/service-runtime";
import * as z from "zod";
import type { SettingsEditors } from "./allowed-operations.ts";
import { problemOfKeysFile } from "./api-keys.ts";
import type { OidcConfig } from "./oidc.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

/** Asymmetric ones only: with a shared secret (HS256), everyone who can check a token can make one. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

const modes = commaSeparated.transform((names, context): readonly SignInMode[] => {
  const known = signInModes.filter((mode) => names.includes(mode));
  const problem = problemOfModes(names, known);
  if (problem === undefined) return known;
  context.issues.push({ code: "custom", message: problem, input: names });
  return z.NEVER;
});

function problemOfModes(names: readonly string[], known: readonly SignInMode[]): string | undefined {
  if (known.length === 0 || known.length < names.length) {
    return "must be none, or one or several of api-key, oidc, forwarded and databricks, comma-separated";
  }
  if (known.includes("none") && known.length > 1) {
    return "has none, with which nobody signs in, and other ways to sign in: leave out one or the other";
  }
  // A browser behind the proxy would bring two identities with every request.
  if (known.includes("forwarded") && known.includes("databricks")) {
    return "has forwarded and databricks, which both sign browsers in: leave one of them out";
  }
  return undefined;
}

/** The settings that decide who may sign in. */
export const signInSettings = {
  API_AUTH: modes.default(["none"]),
  API_KEYS_FILE: z.string().optional(),
  OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, "must be the provider's URL, with https:// unless it is on this machine")
    .optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_NAME_CLAIM: z.string().optional(),
  OIDC_GROUPS_CLAIM: z.string().default("groups"),
  OIDC_ALGORITHMS: commaSeparated
    .refine(
      (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
      `must be some of ${algorithms.join(", ")}`,
    )
    .default(algorithms),
  OIDC_RUN_AS: oneOf(oidcRunAs).optional(),
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

type WayConfig =
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

/** The ways in, at least one. */
export type SignInConfig = readonly WayConfig[];

/** One of the ways in; undefined if there is no such way. */
export function wayOf<Mode extends SignInMode>(
  config: SignInConfig,
  mode: Mode,
): Extract<WayConfig, { readonly mode: Mode }> | undefined {
  // Whose mode it is, is what the type says.
  return config.find((way) => way.mode === mode) as Extract<WayConfig, { readonly mode: Mode }> | undefined;
}

/** As in the setting `API_AUTH`. */
export function modesOf(config: SignInConfig): string {
  return config.map(({ mode }) => mode).join(",");
}

type SignInSettings = z.output<typeof parsedSettings>;

/** Who may sign in. Undefined if a setting that the sign-in needs is missing or wrong, which the report then says. */
export function signInConfig(settings: SignInSettings, report: SettingsReport): SignInConfig | undefined {
  if (report.has("API_AUTH")) return undefined;
  refuseMisplaced(settings, report);
  const ways = settings.API_AUTH.map((mode) => wayConfig(mode, settings, report));
  const complete = ways.filter((way) => way !== undefined);
  return complete.length === ways.length ? complete : undefined;
}

/** If ignored, such a setting would suggest a sign-in that does not happen. */
function refuseMisplaced(settings: SignInSettings, report: SettingsReport): void {
  const { API_AUTH: given } = settings;
  const people: readonly SignInMode[] = ["oidc", "forwarded", "databricks"];
  const needed: Readonly<Partial<Record<keyof SignInSettings, readonly SignInMode[]>>> = {
    API_KEYS_FILE: ["api-key"],
    OIDC_ISSUER: ["oidc"],
    OIDC_RUN_AS: ["oidc"],
    PUBLIC_URL: ["databricks"],
    SETTINGS_EDITORS: people,
  };
  for (const [name, readers] of Object.entries(needed)) {
    if (settings[name as keyof SignInSettings] === undefined) continue;
    if (readers.some((mode) => given.includes(mode))) continue;
    const advice = `set API_AUTH=${alternatives(readers)}, or leave ${name} out`;
    report.refuse(name, `is set, and API_AUTH is ${given.join(",")}; ${advice}`);
  }
}

function wayConfig(
  mode: SignInMode,
  settings: SignInSettings,
  report: SettingsReport,
): WayConfig | undefined {
  const { API_KEYS_FILE: keysFile, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  const settingsEditors = settings.SETTINGS_EDITORS ?? [];
  const need = (name: keyof SignInSettings) => {
    if (settings[name] === undefined) report.refuse(name, `is required with API_AUTH=${mode}`);
  };
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
        groupsClaim: settings.OIDC_GROUPS_CLAIM,
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
