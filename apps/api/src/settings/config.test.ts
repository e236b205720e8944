import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, type Environment, settingNames } from "@front-door/service-runtime";
import { parse } from "dotenv";
import { describe, expect, it } from "vitest";
import { TrustedProxies } from "../sign-in/trusted-proxies.ts";
import { checkSettings, loadConfig, takeEnvironment } from "./config.ts";
import { settings } from "./settings.ts";

const secret = "0123456789abcdef";
const signIn = { API_AUTH: "databricks" };
const nowhere = join(mkdtempSync(join(tmpdir(), "api-config-")), "absent");

function load(environment: Environment) {
  return loadConfig({ SETTINGS_FILE: nowhere, GATEWAY_SECRET: secret, ...environment });
}

function problems(environment: Environment): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("config", () => {
  it("has a default for every setting but the secret", () => {
    expect(load({})).toEqual({
      host: "127.0.0.1",
      port: 3001,
      gateway: { port: 3002, socketPath: undefined },
      gatewaySecret: secret,
      callsMax: 256,
      callerSharePercent: 80,
      readyTimeoutMs: 30_000,
      allowedHosts: { names: ["localhost", "127.0.0.1", "[::1]"], addresses: false },
      signIn: [{ mode: "none" }],
      stopTimes: { drainMs: 0, graceMs: 8_000 },
      trustedProxies: expect.any(TrustedProxies),
      corsOrigins: [],
      rateLimitPerMinute: 0,
      redisUrl: undefined,
      consoleFolder: expect.stringMatching(/apps\/console\/dist$/),
      mcp: true,
      logLevel: "info",
      settingsFile: nowhere,
      warnings: [],
    });
  });

  it("prefers the environment to the settings file, and never has a DATABRICKS_ setting", () => {
    const file = join(mkdtempSync(join(tmpdir(), "api-config-")), ".env.local");
    writeFileSync(file, "PORT=4001\nGATEWAY_PORT=4002\nLOG_LEVEL=warn\nDATABRICKS_TOKEN=never\n");
    const config = load({ SETTINGS_FILE: file, PORT: "5001", LOG_LEVEL: "" });
    expect(config).toMatchObject({
      port: 5001,
      gateway: { port: 4002 },
      logLevel: "warn",
    });
    expect(JSON.stringify(config)).not.toContain("never");
  });

  it.each<[Environment, RegExp]>([
    [{ PORT: "65536" }, /^PORT must be between 0 and 65535 \(got 65536\)$/],
    [{ PORT: "80a" }, /^PORT must be a whole number between 0 and 65535 \(got 80a\)$/],
    [{ READY_TIMEOUT_MS: "-1" }, /^READY_TIMEOUT_MS must be a whole number between 0 and/],
    [{ CALLS_MAX: "0" }, /^CALLS_MAX must be between 1 and 99999/],
    [{ CALLER_SHARE_PERCENT: "101" }, /^CALLER_SHARE_PERCENT must be between 1 and 100 \(got 101\)$/],
    [{ HOST: "1.2.3" }, /^HOST must be an address of this machine/],
    [{ ALLOW_ANONYMOUS: "yes" }, /^ALLOW_ANONYMOUS must be true or false/],
    [{ API_AUTH: "open" }, /^API_AUTH must be none, or one or several of .* \(got open\)$/],
    [{ API_AUTH: "," }, /^API_AUTH must be none, or one or several of/],
    [{ API_AUTH: "databricks,databricks" }, /^API_AUTH must be none, or one or several of/],
    [{ API_AUTH: "databricks,keys" }, /^API_AUTH must be none, or one or several of/],
    [{ API_AUTH: "none,databricks" }, /^API_AUTH has none, with which nobody signs in, and other ways/],
    [
      { API_AUTH: "forwarded,databricks" },
      /^API_AUTH has forwarded and databricks, which both sign browsers in/,
    ],
    [{ API_AUTH: "databricks,api-key" }, /^API_KEYS_FILE is required with API_AUTH=api-key$/],
    [{ API_AUTH: "databricks", API_KEYS_FILE: "keys" }, /^API_KEYS_FILE is set, and API_AUTH is databricks;/],
    [{ PUBLIC_URL: "https://front-door.example" }, /^PUBLIC_URL is set, and API_AUTH is none/],
    [{ ...signIn, HOST: "0.0.0.0" }, /^PUBLIC_URL is required with API_AUTH=databricks/],
    [{ ...signIn, PUBLIC_URL: "http://front-door.example" }, /^PUBLIC_URL must be the address/],
    [{ ...signIn, PUBLIC_URL: "https://front-door.example/app" }, /^PUBLIC_URL must be the address/],
    [{ ...signIn, PUBLIC_URL: "https://user:loud@front-door.example" }, /^PUBLIC_URL must be the address/],
    [{ API_AUTH: "api-key" }, /^API_KEYS_FILE is required with API_AUTH=api-key/],
    [{ API_AUTH: "api-key", API_KEYS_FILE: nowhere }, /^API_KEYS_FILE .*absent cannot be used \(ENOENT\)/],
    [{ API_AUTH: "forwarded" }, /^TRUSTED_PROXIES is required with API_AUTH=forwarded/],
    [{ API_AUTH: "oidc", OIDC_AUDIENCE: "a" }, /^OIDC_ISSUER is required/],
    [{ API_AUTH: "oidc", OIDC_ISSUER: "https://id.example" }, /^OIDC_AUDIENCE is required/],
    [
      { API_AUTH: "oidc", OIDC_AUDIENCE: "a", OIDC_ISSUER: "http://id.example" },
      /^OIDC_ISSUER must be .*https/,
    ],
    [
      { API_AUTH: "oidc", OIDC_AUDIENCE: "a", OIDC_ISSUER: "https://u:loud@id.example" },
      /^OIDC_ISSUER must be /,
    ],
    [{ OIDC_ALGORITHMS: "RS256,HS256" }, /^OIDC_ALGORITHMS must be some of RS256/],
    [{ OIDC_ALGORITHMS: "none" }, /^OIDC_ALGORITHMS must be some of/],
    [{ OIDC_ISSUER: "https://id.example" }, /^OIDC_ISSUER is set, and API_AUTH is none/],
    [{ OIDC_RUN_AS: "user" }, /^OIDC_RUN_AS is set, and API_AUTH is none/],
    [{ API_KEYS_FILE: "keys" }, /^API_KEYS_FILE is set, and API_AUTH is none/],
    [{ TRUSTED_PROXIES: "0.0.0.0/0" }, /^TRUSTED_PROXIES is wrong: "0\.0\.0\.0\/0" is not an address/],
    [
      { TRUSTED_PROXIES: "10.0.0.0/8, proxy.example" },
      /^TRUSTED_PROXIES is wrong: "proxy\.example" is not an address/,
    ],
    [{ CONSOLE: "false" }, /^CONSOLE must be on or off \(got false\)$/],
    [{ CORS_ORIGINS: "*" }, /^CORS_ORIGINS must be origins/],
    [{ CORS_ORIGINS: "null" }, /^CORS_ORIGINS must be origins/],
    [{ CORS_ORIGINS: "https://*.app.example" }, /^CORS_ORIGINS must be origins/],
    [{ CORS_ORIGINS: "https://app.example/" }, /^CORS_ORIGINS must be origins/],
    [{ RATE_LIMIT_PER_MINUTE: "-1" }, /^RATE_LIMIT_PER_MINUTE must be a whole number/],
    [{ REDIS_URL: "http://:loud@redis.example" }, /^REDIS_URL must be redis:/],
    [{ REDIS_URL: "redis://:loud%zz@redis.example" }, /^REDIS_URL must be redis:/],
    [{ SETTINGS_FILE: join(nowhere, "settings") }, /^SETTINGS_FILE is in .*absent, which is not a folder/],
  ])("refuses %o in one line that names the setting and shows no password", (environment, message) => {
    expect(problems(environment)).toEqual([expect.stringMatching(message)]);
    expect(problems(environment).join()).not.toMatch(/\n|loud/);
  });

  it("reports every problem at once, and a setting only once", () => {
    const environment = {
      PORT: "70000",
      HOST: "0.0.0.0",
      GATEWAY_SECRET: "short",
      API_AUTH: "oidc",
      OIDC_ISSUER: "http://id.example",
      CORS_ORIGINS: "*",
      LOG_LEVEL: "loud",
    };
    const expected = ["PORT", "GATEWAY_SECRET", "OIDC_ISSUER", "CORS_ORIGINS", "LOG_LEVEL", "OIDC_AUDIENCE"];
    expect(problems(environment).map((line) => line.split(" ")[0])).toEqual(expected);
    expect(checkSettings({ SETTINGS_FILE: nowhere, ...environment }).problems).toEqual(problems(environment));
  });

  it("blames what depends on a bad API_AUTH on nothing else", () => {
    expect(problems({ API_AUTH: "key", HOST: "0.0.0.0", API_KEYS_FILE: "keys" })).toHaveLength(1);
  });

  it("opens to other machines only if callers sign in, or if anonymous access is asked for", () => {
    expect(problems({ HOST: "0.0.0.0" })).toEqual([
      expect.stringMatching(/^HOST is 0\.0\.0\.0, .*API_AUTH=none.*ALLOW_ANONYMOUS=true/),
    ]);
    for (const HOST of ["::", "127.evil.example"]) expect(problems({ HOST })).toHaveLength(1);
    expect(load({ HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" }).host).toBe("0.0.0.0");
    expect(load({ HOST: "::1" }).host).toBe("::1");
    const keysFile = join(mkdtempSync(join(tmpdir(), "api-config-")), "keys.jsonl");
    writeFileSync(keysFile, "# none yet\n");
    const signedIn = { API_AUTH: "api-key", API_KEYS_FILE: keysFile };
    expect(load({ HOST: "0.0.0.0", ...signedIn }).signIn).toEqual([{ mode: "api-key", keysFile }]);
  });

  it("answers to every name once other machines may reach it, unless names are set", () => {
    const open = { HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" };
    expect(load(open).allowedHosts).toBeUndefined();
    expect(load({ ...open, ALLOWED_HOSTS: "API.example.com, b.example" }).allowedHosts).toEqual({
      names: ["localhost", "127.0.0.1", "[::1]", "api.example.com", "b.example"],
      addresses: true,
    });
  });

  it("is addressed by PUBLIC_URL, whose host need not be in ALLOWED_HOSTS and whose pages are its own", () => {
    const config = load({ ...signIn, HOST: "0.0.0.0", PUBLIC_URL: "https://Front-Door.example/" });
    expect(config.signIn).toEqual([
      { mode: "databricks", settingsEditors: [], publicUrl: "https://front-door.example" },
    ]);
    expect(config.allowedHosts?.names).toContain("front-door.example");
    expect(config.corsOrigins).toEqual(["https://front-door.example"]);
    expect(load(signIn)).toMatchObject({ signIn: [{ publicUrl: undefined }], rateLimitPerMinute: 1_200 });
  });

  it("reads REDIS_URL from the file that REDIS_URL_FILE names", () => {
    const file = join(mkdtempSync(join(tmpdir(), "api-config-")), "secret");
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

  it("takes what only the gateway may have out of the environment and leaves the rest", () => {
    const environment = {
      DATABRICKS_TOKEN: "dapi",
      databricks_host: "x",
      ARM_CLIENT_SECRET: "s",
      SESSION_KEY: "k",
      HTTPS_PROXY: "http://user:password@proxy.example.com",
      https_proxy: "http://user:password@proxy.example.com",
      NO_PROXY: "*",
      PATH: "/bin",
    };
    const taken = takeEnvironment(environment);
    expect(taken).toEqual({
      environment: { NO_PROXY: "*", PATH: "/bin" },
      dropped: [
        "ARM_CLIENT_SECRET",
        "DATABRICKS_TOKEN",
        "HTTPS_PROXY",
        "SESSION_KEY",
        "databricks_host",
        "https_proxy",
      ],
    });
    expect(environment).toEqual({ NO_PROXY: "*", PATH: "/bin" });
  });

  it("describes each setting in .env.template with one line", () => {
    const template = readFileSync(new URL("../../.env.template", import.meta.url), "utf8");
    const named = [...template.matchAll(/^# [^\n]+\n#? ?([A-Z_]+)=/gm)].map((match) => String(match[1]));
    // The gateway's template has that of the gateway.
    const others = settings.otherNames.filter((name) => name !== "OIDC_PRINCIPALS_FILE");
    expect(named.toSorted()).toEqual([...settingNames(settings), ...others].toSorted());
    const uncommented = template.replace(/^# ([A-Z_]+=)/gm, "$1");
    expect(Object.keys(parse(uncommented)).toSorted()).toEqual(named.toSorted());
  });
});
