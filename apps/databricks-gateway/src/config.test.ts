import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "./config/config-error.ts";
import { parseConfig, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "gateway-config-"));
const profiles = join(folder, "databrickscfg");
writeFileSync(
  profiles,
  `[DEFAULT]
host = https://default.cloud.databricks.com
[pat]
host = https://a.cloud.databricks.com/
token = profile-token
[m2m]
host = a.cloud.databricks.com
client_id = profile-id
client_secret = profile-secret
[empty]
host = https://a.cloud.databricks.com
`,
);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const base = { GATEWAY_SECRET: "0123456789abcdef", DATABRICKS_HOST: "https://a.cloud.databricks.com" };
const profile = (name: string) => ({ DATABRICKS_CONFIG_FILE: profiles, DATABRICKS_CONFIG_PROFILE: name });

describe("settings", () => {
  test.each([
    [{ DATABRICKS_WAREHOUSE_ID: "abc" }, "/sql/1.0/warehouses/abc"],
    [{ DATABRICKS_HTTP_PATH: "/sql/1.0/warehouses/abc" }, "/sql/1.0/warehouses/abc"],
    [
      { DATABRICKS_WAREHOUSE_ID: "abc", DATABRICKS_HTTP_PATH: "/sql/1.0/endpoints/abc" },
      "/sql/1.0/endpoints/abc",
    ],
  ])("%j name the warehouse", (given, httpPath) => {
    expect(parseConfig({ ...base, DATABRICKS_TOKEN: "t", ...given }).workspaces[0].httpPath).toBe(httpPath);
  });

  test("the least that is needed", () => {
    expect(parseConfig({ ...base, DATABRICKS_TOKEN: "t" })).toMatchObject({
      port: 3002,
      secret: base.GATEWAY_SECRET,
      logLevel: "info",
      workspaces: [
        {
          name: "default",
          origin: "https://a.cloud.databricks.com",
          kind: "databricks",
          httpPath: undefined,
          identity: { kind: "pat", credentials: { token: "t" } },
        },
      ],
      tokenOrigins: [],
      policy: { operations: undefined, catalogs: undefined, volumeRoots: undefined, readOnly: false },
      audit: { log: "stdout", fileBytesMax: 104_857_600, filesMax: 10, sql: false, parameters: false },
      files: [],
    });
  });

  test.each<[Record<string, string>, unknown]>([
    [{ DATABRICKS_TOKEN: "t" }, { kind: "pat", credentials: { token: "t" } }],
    [
      { DATABRICKS_CLIENT_ID: "i", DATABRICKS_CLIENT_SECRET: "s", DATABRICKS_TOKEN: "t", ...profile("pat") },
      { kind: "oauth-m2m", credentials: { clientId: "i", clientSecret: "s" } },
    ],
    [
      { DATABRICKS_TOKEN: "t", ...profile("pat") },
      { kind: "pat", credentials: { token: "t" } },
    ],
    [profile("pat"), { kind: "profile", credentials: { token: "profile-token" } }],
    [
      profile("m2m"),
      { kind: "profile", credentials: { clientId: "profile-id", clientSecret: "profile-secret" } },
    ],
  ])("%o gives its identity", (settings, identity) => {
    expect(parseConfig({ ...base, ...settings }).workspaces[0].identity).toEqual(identity);
  });

  test("a profile gives the host too", () => {
    const config = parseConfig({ GATEWAY_SECRET: base.GATEWAY_SECRET, ...profile("m2m") });
    expect(config.workspaces[0].origin).toBe("https://a.cloud.databricks.com");
  });

  test.each([
    ["https://x.azuredatabricks.net/", "https://x.azuredatabricks.net"],
    ["x.azuredatabricks.net", "https://x.azuredatabricks.net"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://localhost:1", "http://localhost:1"],
    ["http://[::1]:1", "http://[::1]:1"],
  ])("the host %s is %s", (given, origin) => {
    expect(parseConfig({ ...base, DATABRICKS_HOST: given, DATABRICKS_TOKEN: "t" }).workspaces[0].origin).toBe(
      origin,
    );
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ GATEWAY_SECRET: "" }, /^GATEWAY_SECRET is missing: set it to/],
    [{ GATEWAY_SECRET: "short" }, /^GATEWAY_SECRET is too short: set it to/],
    [{ GATEWAY_SECRET: "with spaces in it and more" }, /^GATEWAY_SECRET must be/],
    [{ GATEWAY_PORT: "http" }, /^GATEWAY_PORT must be a port number/],
    [{ GATEWAY_PORT: "65536" }, /^GATEWAY_PORT must be a port number/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL must be one of/],
    [{ LOCAL_WORKSPACE: "maybe" }, /^LOCAL_WORKSPACE must be/],
    [{ DATABRICKS_HOST: "" }, /^DATABRICKS_HOST is missing: set it to/],
    [{ DATABRICKS_HOST: "http://x.azuredatabricks.net" }, /^DATABRICKS_HOST must begin with https/],
    [{ DATABRICKS_HOST: "https://x.net/sql" }, /^DATABRICKS_HOST must be a host alone/],
    [{ DATABRICKS_HOST: "https://x.net/?o=1" }, /^DATABRICKS_HOST must be a host alone/],
    [{ DATABRICKS_HOST: "https://u:p@x.net" }, /^DATABRICKS_HOST must not hold a user/],
    [{ DATABRICKS_HOST: "https://" }, /^DATABRICKS_HOST is not an address/],
    [{ DATABRICKS_HOST: "ftp://x.net" }, /^DATABRICKS_HOST must begin with https/],
    [{ DATABRICKS_TOKEN: "two words" }, /^DATABRICKS_TOKEN must be visible/],
    [{}, /^DATABRICKS_TOKEN is missing: set it, or/],
    [{ DATABRICKS_TOKEN: " ", DATABRICKS_CLIENT_ID: "" }, /^DATABRICKS_TOKEN is missing: set it, or/],
    [{ DATABRICKS_CLIENT_ID: "i" }, /^DATABRICKS_CLIENT_SECRET is missing: set it/],
    [{ DATABRICKS_CLIENT_SECRET: "s" }, /^DATABRICKS_CLIENT_ID is missing: set it/],
    [{ DATABRICKS_WAREHOUSE_ID: "a/b" }, /^DATABRICKS_WAREHOUSE_ID must be a warehouse's id/],
    [
      { DATABRICKS_WAREHOUSE_ID: "a", DATABRICKS_HTTP_PATH: "/sql/1.0/warehouses/b", DATABRICKS_TOKEN: "t" },
      /^DATABRICKS_WAREHOUSE_ID is another warehouse/,
    ],
    [{ DATABRICKS_HTTP_PATH: "warehouse" }, /^DATABRICKS_HTTP_PATH must be a warehouse's HTTP path/],
    [profile("nobody"), /^DATABRICKS_CONFIG_PROFILE "nobody": is not in the file/],
    [profile("empty"), /^DATABRICKS_CONFIG_PROFILE "empty" has neither/],
    [profile("toString"), /^DATABRICKS_CONFIG_PROFILE "toString": is not in the file/],
    [{ ...profile("pat"), DATABRICKS_CONFIG_FILE: "/nowhere" }, /^DATABRICKS_CONFIG_PROFILE cannot be read/],
    [
      { ...profile("pat"), DATABRICKS_HOST: "https://b.net", DATABRICKS_TOKEN: "t" },
      /^DATABRICKS_CONFIG_PROFILE is for another workspace/,
    ],
    [
      { ...profile("pat"), DATABRICKS_HOST: "", DATABRICKS_TOKEN: "t" },
      /^DATABRICKS_TOKEN and DATABRICKS_CONFIG_PROFILE are both set/,
    ],
    [
      { ...profile("pat"), DATABRICKS_HOST: "https://b.net" },
      /^DATABRICKS_CONFIG_PROFILE is for another workspace/,
    ],
  ])("%o is refused by name, in one line", (settings, line) => {
    const error = (() => {
      try {
        return parseConfig({ ...base, ...settings });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(line);
    expect((error as Error).message).not.toMatch(/\n|profile-secret/);
  });
});

describe("where settings come from", () => {
  test("the environment wins over .env.local, and that over .env; secrets are gone from the environment", () => {
    writeFileSync(join(folder, ".env"), "GATEWAY_PORT=1\nLOG_LEVEL=warn\nDATABRICKS_TOKEN=from-env\n");
    writeFileSync(
      join(folder, ".env.local"),
      "GATEWAY_PORT=2\nLOG_LEVEL=error\nGATEWAY_SECRET=fedcba9876543210\n",
    );
    vi.stubEnv("GATEWAY_PORT", "3");
    vi.stubEnv("DATABRICKS_HOST", base.DATABRICKS_HOST);
    vi.stubEnv("DATABRICKS_CLIENT_ID", "i");
    vi.stubEnv("DATABRICKS_CLIENT_SECRET", "the-secret");
    expect(readConfig(folder).config).toMatchObject({
      port: 3,
      logLevel: "error",
      secret: "fedcba9876543210",
      workspaces: [{ identity: { kind: "oauth-m2m", credentials: { clientSecret: "the-secret" } } }],
    });
    expect(process.env["DATABRICKS_CLIENT_SECRET"]).toBeUndefined();
    expect(process.env["GATEWAY_SECRET"]).toBeUndefined();
    expect(process.env["DATABRICKS_TOKEN"]).toBeUndefined();
  });
});
