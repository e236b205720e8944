import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { describe, expect, it } from "vitest";
import { ConfigError, dropDatabricksSettings, type Environment, loadConfig, settings } from "./config.ts";

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
      readyTimeoutMs: 30_000,
      allowedHosts: ["localhost", "127.0.0.1", "[::1]"],
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
  ])("refuses %o in one line that names the setting and not its value", (environment, message) => {
    expect(refusal(environment)).toMatch(message);
    expect(refusal(environment)).not.toMatch(/\n|short|80a|loud/);
  });

  it("does not open to other machines unless anonymous access is asked for", () => {
    expect(refusal({ HOST: "0.0.0.0" })).toMatch(/^HOST: .*ALLOW_ANONYMOUS=true/);
    expect(refusal({ HOST: "::" })).toMatch(/^HOST: /);
    expect(refusal({ HOST: "127.evil.example" })).toMatch(/^HOST: /);
    expect(load({ HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" }).host).toBe("0.0.0.0");
    expect(load({ HOST: "::1" }).host).toBe("::1");
  });

  it("answers to every name once other machines may reach it, unless names are set", () => {
    const open = { HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" };
    expect(load(open).allowedHosts).toBeUndefined();
    expect(load({ ...open, ALLOWED_HOSTS: "API.example.com, b.example" }).allowedHosts).toEqual([
      "api.example.com",
      "b.example",
    ]);
  });

  it("takes every DATABRICKS_ name out of the environment and leaves the rest", () => {
    const environment: Environment = { DATABRICKS_TOKEN: "dapi", databricks_host: "x", PATH: "/bin" };
    expect(dropDatabricksSettings(environment)).toEqual(["DATABRICKS_TOKEN", "databricks_host"]);
    expect(environment).toEqual({ PATH: "/bin" });
  });

  it("has each setting in .env.template, with one line about it", () => {
    const template = readFileSync(new URL("../.env.template", import.meta.url), "utf8");
    const named = [...template.matchAll(/^# [^\n]+\n#? ?([A-Z_]+)=/gm)].map((match) => String(match[1]));
    expect(named.toSorted()).toEqual(
      [...Object.keys(settings.shape), "SETTINGS_FILE", "AGENT_BUILDER_UC_SCHEMA"].toSorted(),
    );
    const uncommented = template.replace(/^# ([A-Z_]+=)/gm, "$1");
    expect(Object.keys(parse(uncommented)).toSorted()).toEqual(named.toSorted());
  });
});
