import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../config-error.ts";
import { TrustedProxies } from "../sign-in/trusted-proxies.ts";
import { dropDatabricksSettings, type Environment, loadConfig } from "./config.ts";
import { settings } from "./settings.ts";

const secret = "0123456789abcdef";
const nowhere = join(mkdtempSync(join(tmpdir(), "api-config-")), "absent");

function load(environment: Environment) {
  return loadConfig({ SETTINGS_FILE: nowhere, GATEWAY_SECRET: secret, ...environment });
}

function refusal(environment: Environment): string {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("config", () => {
  it("has a default for every setting but the secret", () => {
    expect(load({})).toEqual({
      host: "127.0.0.1",
      port: 3001,
      gatewayOrigin: "http://127.0.0.1:3002",
      gatewaySecret: secret,
      gatewaySocket: undefined,
      callsMax: 256,
      readyTimeoutMs: 30_000,
      allowedHosts: { names: ["localhost", "127.0.0.1", "[::1]"], addresses: false },
      signIn: { mode: "none" },
      trustedProxies: expect.any(TrustedProxies),
      corsOrigins: [],
      rateLimitPerMinute: 0,
      redisUrl: undefined,
      logLevel: "info",
      settingsFile: nowhere,
    });
  });

  it("takes the environment before the settings file, and an empty value as none", () => {
    const file = join(mkdtempSync(join(tmpdir(), "api-config-")), ".env.local");
    writeFileSync(file, "PORT=4001\nGATEWAY_PORT=4002\nLOG_LEVEL=warn\nDATABRICKS_TOKEN=never\n");
    const config = load({ SETTINGS_FILE: file, PORT: "5001", LOG_LEVEL: "" });
    expect(config).toMatchObject({
      port: 5001,
      gatewayOrigin: "http://127.0.0.1:4002",
      logLevel: "warn",
    });
    expect(JSON.stringify(config)).not.toContain("never");
  });

  it.each([
    [{ GATEWAY_SECRET: undefined }, /^GATEWAY_SECRET: is required/],
    [{ GATEWAY_SECRET: "short" }, /^GATEWAY_SECRET: must be at least 16/],
    [{ PORT: "65536" }, /^PORT: /],
    [{ PORT: "80a" }, /^PORT: must be a port number/],
    [{ GATEWAY_PORT: "0" }, /^GATEWAY_PORT: /],
    [{ READY_TIMEOUT_MS: "-1" }, /^READY_TIMEOUT_MS: /],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL: must be trace, /],
    [{ ALLOW_ANONYMOUS: "yes" }, /^ALLOW_ANONYMOUS: must be true or false/],
    [{ API_AUTH: "loud" }, /^API_AUTH: must be none, api-key, oidc or forwarded/],
    [{ API_AUTH: "api-key" }, /^API_KEYS_FILE: is required with API_AUTH=api-key/],
    [{ API_AUTH: "forwarded" }, /^TRUSTED_PROXIES: is required with API_AUTH=forwarded/],
    [{ API_AUTH: "oidc" }, /^OIDC_ISSUER: is required/],
    [{ API_AUTH: "oidc", OIDC_ISSUER: "https://id.example" }, /^OIDC_AUDIENCE: is required/],
    [{ API_AUTH: "oidc", OIDC_ISSUER: "http://id.example" }, /^OIDC_ISSUER: must be .*https/],
    [{ API_AUTH: "oidc", OIDC_ISSUER: "https://u:loud@id.example" }, /^OIDC_ISSUER: /],
    [{ OIDC_ALGORITHMS: "RS256,HS256" }, /^OIDC_ALGORITHMS: must be some of RS256/],
    [{ OIDC_ALGORITHMS: "none" }, /^OIDC_ALGORITHMS: /],
    [{ OIDC_ISSUER: "https://id.example" }, /^OIDC_ISSUER: is set, and API_AUTH is none/],
    [{ API_KEYS_FILE: "keys" }, /^API_KEYS_FILE: is set, and API_AUTH is none/],
    [{ TRUSTED_PROXIES: "0.0.0.0/0" }, /^TRUSTED_PROXIES: "0\.0\.0\.0\/0" is no address/],
    [{ TRUSTED_PROXIES: "10.0.0.0/8, proxy.example" }, /^TRUSTED_PROXIES: "proxy\.example" is no address/],
    [{ CORS_ORIGINS: "*" }, /^CORS_ORIGINS: must be origins/],
    [{ CORS_ORIGINS: "null" }, /^CORS_ORIGINS: must be origins/],
    [{ CORS_ORIGINS: "https://*.app.example" }, /^CORS_ORIGINS: must be origins/],
    [{ CORS_ORIGINS: "https://app.example/" }, /^CORS_ORIGINS: must be origins/],
    [{ RATE_LIMIT_PER_MINUTE: "-1" }, /^RATE_LIMIT_PER_MINUTE: must be a whole number/],
    [{ REDIS_URL: "http://:loud@redis.example" }, /^REDIS_URL: must be redis:/],
    [{ REDIS_URL: "redis://:loud%zz@redis.example" }, /^REDIS_URL: must be redis:/],
    [{ GATEWAY_SECRET_FILE: nowhere }, /^GATEWAY_SECRET_FILE: is set, and GATEWAY_SECRET too/],
    [{ GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: nowhere }, /^GATEWAY_SECRET_FILE: .*cannot be read \(ENOENT/],
  ])("refuses %o in one line that names the setting and not its value", (environment, message) => {
    expect(refusal(environment)).toMatch(message);
    expect(refusal(environment)).not.toMatch(/\n|short|80a|loud/);
  });

  it("does not open to other machines unless callers sign in, or anonymous access is asked for", () => {
    expect(refusal({ HOST: "0.0.0.0" })).toMatch(/^HOST: .*API_AUTH=none.*ALLOW_ANONYMOUS=true/);
    expect(refusal({ HOST: "0.0.0.0", API_AUTH: "none" })).toMatch(/^HOST: /);
    expect(refusal({ HOST: "::" })).toMatch(/^HOST: /);
    expect(refusal({ HOST: "127.evil.example" })).toMatch(/^HOST: /);
    expect(load({ HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" }).host).toBe("0.0.0.0");
    expect(load({ HOST: "::1" }).host).toBe("::1");
    const signedIn = { API_AUTH: "api-key", API_KEYS_FILE: "keys.jsonl" };
    expect(load({ HOST: "0.0.0.0", ...signedIn }).signIn).toEqual({
      mode: "api-key",
      keysFile: "keys.jsonl",
    });
  });

  it("answers to every name once other machines may reach it, unless names are set", () => {
    const open = { HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" };
    expect(load(open).allowedHosts).toBeUndefined();
    expect(load({ ...open, ALLOWED_HOSTS: "API.example.com, b.example" }).allowedHosts).toEqual({
      names: ["localhost", "127.0.0.1", "[::1]", "api.example.com", "b.example"],
      addresses: true,
    });
  });

  it("takes a secret from the file that is named for it, without the newline at its end", () => {
    const file = join(mkdtempSync(join(tmpdir(), "api-config-")), "secret");
    writeFileSync(file, "a-mounted-secret-of-24-c\n");
    expect(load({ GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: file }).gatewaySecret).toBe(
      "a-mounted-secret-of-24-c",
    );
    const settings = join(mkdtempSync(join(tmpdir(), "api-config-")), ".env.local");
    writeFileSync(settings, "GATEWAY_SECRET=that-the-environment-overrules\n");
    const environment = { SETTINGS_FILE: settings, GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: file };
    expect(load(environment).gatewaySecret).toBe("a-mounted-secret-of-24-c");
    writeFileSync(file, "rediss://user:pass@redis.example:6380\n");
    expect(load({ REDIS_URL_FILE: file }).redisUrl).toBe("rediss://user:pass@redis.example:6380");
  });

  it("limits callers unless it is one person's own machine, or told otherwise", () => {
    const open = { HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" };
    expect(load(open).rateLimitPerMinute).toBe(1_200);
    expect(load({ API_AUTH: "forwarded", TRUSTED_PROXIES: "loopback" }).rateLimitPerMinute).toBe(1_200);
    expect(load({ ...open, RATE_LIMIT_PER_MINUTE: "0" }).rateLimitPerMinute).toBe(0);
    expect(load({ RATE_LIMIT_PER_MINUTE: "60" }).rateLimitPerMinute).toBe(60);
  });

  it("takes every DATABRICKS_ name out of the environment and leaves the rest", () => {
    const environment: Environment = { DATABRICKS_TOKEN: "dapi", databricks_host: "x", PATH: "/bin" };
    expect(dropDatabricksSettings(environment)).toEqual(["DATABRICKS_TOKEN", "databricks_host"]);
    expect(environment).toEqual({ PATH: "/bin" });
  });

  it("has each setting in .env.template, with one line about it", () => {
    const template = readFileSync(new URL("../../.env.template", import.meta.url), "utf8");
    const named = [...template.matchAll(/^# [^\n]+\n#? ?([A-Z_]+)=/gm)].map((match) => String(match[1]));
    expect(named.toSorted()).toEqual(
      [...Object.keys(settings.shape), "SETTINGS_FILE", "AGENT_BUILDER_UC_SCHEMA"].toSorted(),
    );
    const uncommented = template.replace(/^# ([A-Z_]+=)/gm, "$1");
    expect(Object.keys(parse(uncommented)).toSorted()).toEqual(named.toSorted());
  });
});
