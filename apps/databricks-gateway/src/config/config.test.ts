import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@front-door/service-runtime";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { checkSettings, parseConfig, readConfig } from "./config.ts";

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
[warehouse]
host = https://b.cloud.databricks.com
token = b
warehouse_id = w1
[path]
host = https://c.cloud.databricks.com
token = c
http_path = /sql/1.0/warehouses/w2
[nohost]
token = t
[half]
host = https://a.cloud.databricks.com
client_id = i
[default]
host = https://d.cloud.databricks.com
token = d
`,
);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** What is wrong with the settings, a line each. */
function problems(given: Record<string, string | undefined>): readonly string[] {
  try {
    parseConfig(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const entra = { ARM_TENANT_ID: "tenant", ARM_CLIENT_ID: "app", ARM_CLIENT_SECRET: "entra-secret" };
const base = { GATEWAY_SECRET: "0123456789abcdef", DATABRICKS_HOST: "https://a.cloud.databricks.com" };
const profile = (name: string) => ({ DATABRICKS_CONFIG_FILE: profiles, DATABRICKS_CONFIG_PROFILE: name });

const written = (name: string, bytes: string | Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return { DATABRICKS_CONFIG_FILE: join(folder, name), DATABRICKS_CONFIG_PROFILE: "DEFAULT" };
};

describe("a file of profiles", () => {
  const withEquals = "[DEFAULT]\nhost = https://a.cloud.databricks.com\ntoken = profile-token\n";
  const withColons = "[DEFAULT]\nhost: https://a.cloud.databricks.com\n  token : profile-token\n";
  test.each<[string, string | Buffer]>([
    ["with a byte order mark", `\uFEFF${withEquals}`],
    ["in UTF-16, as PowerShell writes it", Buffer.from(`\uFEFF${withEquals}`, "utf16le")],
    ["in UTF-16 of the other byte order", Buffer.from(`\uFEFF${withEquals}`, "utf16le").swap16()],
    ["with colons, as Python reads it", withColons],
    ["with colons and Windows line ends", withColons.replaceAll("\n", "\r\n")],
  ])("is read %s", (_what, bytes) => {
    const [workspace] = parseConfig({
      GATEWAY_SECRET: base.GATEWAY_SECRET,
      ...written("odd", bytes),
    }).workspaces;
    expect([workspace.origin, workspace.identity?.credentials]).toEqual([
      "https://a.cloud.databricks.com",
      { token: "profile-token" },
    ]);
  });

  test("in UTF-16 without a byte order mark is refused, and the error names its setting", () => {
    const settings = written("no-mark", Buffer.from(withEquals, "utf16le"));
    expect(problems({ GATEWAY_SECRET: base.GATEWAY_SECRET, ...settings })).toEqual([
      "DATABRICKS_CONFIG_PROFILE is in a file that is not text in UTF-8: save it in that encoding",
    ]);
  });
});

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

  test("a secret, a host and a token are enough", () => {
    expect(parseConfig({ ...base, DATABRICKS_TOKEN: "t" })).toMatchObject({
      port: 3002,
      socketPath: undefined,
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
      tokenOnly: [],
      policy: { catalogs: undefined, volumeRoots: undefined, readOnly: false },
      audit: { log: "stdout", fileBytesMax: 104_857_600, filesMax: 10, sql: false, parameters: false },
      files: [],
    });
  });

  test.each<[Record<string, string>, string]>([
    [{}, "relaxed"],
    [{ AUDIT_LOG: "off" }, "relaxed"],
    [{ AUDIT_LOG: "/var/log/audit.log" }, "strict"],
    [{ AUDIT_LOG: "/var/log/audit.log", AUDIT_DURABILITY: "strict" }, "strict"],
    [{ AUDIT_LOG: "/var/log/audit.log", AUDIT_DURABILITY: "relaxed" }, "relaxed"],
  ])("with %j, the audit durability is %s", (given, durability) => {
    const { audit } = parseConfig({ ...base, DATABRICKS_TOKEN: "t", ...given });
    expect(audit.durability).toBe(durability);
  });

  test("READ_ONLY_FUNCTIONS ignores the case of names", () => {
    const { policy } = parseConfig({
      ...base,
      DATABRICKS_TOKEN: "t",
      READ_ONLY_FUNCTIONS: "Main.default.f, read_files",
    });
    expect([...policy.readOnlyFunctions]).toEqual(["MAIN.DEFAULT.F", "READ_FILES"]);
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
      { DATABRICKS_OIDC_TOKEN_FILEPATH: "/run/token", DATABRICKS_CLIENT_ID: "i" },
      { kind: "file-oidc", credentials: { tokenFile: "/run/token", clientId: "i" } },
    ],
    [
      { DATABRICKS_OIDC_TOKEN_FILEPATH: "/run/token" },
      { kind: "file-oidc", credentials: { tokenFile: "/run/token", clientId: undefined } },
    ],
    [
      { DATABRICKS_HOST: "https://adb-1.azuredatabricks.net", ...entra },
      {
        kind: "azure-client-secret",
        credentials: { tenantId: "tenant", clientId: "app", clientSecret: "entra-secret" },
      },
    ],
    [
      { DATABRICKS_HOST: "https://adb-1.azuredatabricks.net", ...entra, DATABRICKS_TOKEN: "t" },
      { kind: "pat", credentials: { token: "t" } },
    ],
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
    ["https://x.net/login.html?o=1", "https://x.net"],
    ["https://x.net/browse/folders/7?o=1#table", "https://x.net"],
    ["https://x.net:8443/sql/warehouses", "https://x.net:8443"],
  ])("the host %s is %s", (given, origin) => {
    expect(parseConfig({ ...base, DATABRICKS_HOST: given, DATABRICKS_TOKEN: "t" }).workspaces[0].origin).toBe(
      origin,
    );
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ LOCAL_WORKSPACE: "maybe" }, /^LOCAL_WORKSPACE must be/],
    [{ DATABRICKS_HOST: "" }, /^DATABRICKS_HOST is missing: set it to/],
    [{ DATABRICKS_HOST: "http://x.azuredatabricks.net" }, /^DATABRICKS_HOST must begin with https/],
    [{ DATABRICKS_HOST: "https://x.net/?o=one" }, /^DATABRICKS_HOST must name the workspace's id/],
    [{ DATABRICKS_HOST: "https://x.net/?o=1&o=2" }, /^DATABRICKS_HOST must name the workspace's id/],
    [{ DATABRICKS_WORKSPACE_ID: "x" }, /^DATABRICKS_WORKSPACE_ID must be the workspace's id/],
    [
      { DATABRICKS_WORKSPACE_ID: "1", DATABRICKS_HOST: "https://x.net/?o=2", DATABRICKS_TOKEN: "t" },
      /^DATABRICKS_WORKSPACE_ID is not the same everywhere: 1 and 2/,
    ],
    [{ HTTPS_PROXY: "socks5://p.example.com" }, /^HTTPS_PROXY must be the proxy's address/],
    [{ HTTPS_PROXY: "http://p.example.com/path" }, /^HTTPS_PROXY must be the proxy's address/],
    [
      {
        DATABRICKS_HOST: "https://x.azuredatabricks.net",
        DATABRICKS_TOKEN: "",
        ARM_TENANT_ID: "t",
        ARM_CLIENT_ID: "i",
      },
      /^ARM_CLIENT_SECRET is missing: set all of ARM_TENANT_ID/,
    ],
    [
      { DATABRICKS_TOKEN: "", ...entra },
      /^DATABRICKS_TOKEN is missing: .*; ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET are ignored: DATABRICKS_HOST is not an Azure workspace$/,
    ],
    [
      { DATABRICKS_TOKEN: "", ARM_CLIENT_ID: "i" },
      /; ARM_CLIENT_ID is ignored: DATABRICKS_HOST is not an Azure workspace$/,
    ],
    [{ DATABRICKS_HOST: "https://u:p@x.net" }, /^DATABRICKS_HOST must not hold a user/],
    [{ DATABRICKS_HOST: "https://" }, /^DATABRICKS_HOST is not an address/],
    [{ DATABRICKS_HOST: "ftp://x.net" }, /^DATABRICKS_HOST must begin with https/],
    [{ DATABRICKS_TOKEN: "two words" }, /^DATABRICKS_TOKEN must be visible/],
    [{ DATABRICKS_TOKEN: "" }, /^DATABRICKS_TOKEN is missing: set it, or/],
    [{ DATABRICKS_TOKEN: " ", DATABRICKS_CLIENT_ID: "" }, /^DATABRICKS_TOKEN is missing: set it, or/],
    [{ DATABRICKS_CLIENT_ID: "i" }, /^DATABRICKS_CLIENT_SECRET is missing: set all of/],
    [{ DATABRICKS_CLIENT_SECRET: "s" }, /^DATABRICKS_CLIENT_ID is missing: set all of/],
    [{ DATABRICKS_WAREHOUSE_ID: "a/b" }, /^DATABRICKS_WAREHOUSE_ID must be a warehouse's id/],
    [
      { DATABRICKS_WAREHOUSE_ID: "a", DATABRICKS_HTTP_PATH: "/sql/1.0/warehouses/b", DATABRICKS_TOKEN: "t" },
      /^DATABRICKS_WAREHOUSE_ID is another warehouse/,
    ],
    [{ DATABRICKS_HTTP_PATH: "warehouse" }, /^DATABRICKS_HTTP_PATH must be a warehouse's HTTP path/],
    [profile("nobody"), /^DATABRICKS_CONFIG_PROFILE "nobody" is not in the file/],
    [profile("empty"), /^DATABRICKS_CONFIG_PROFILE "empty" has neither/],
    [profile("toString"), /^DATABRICKS_CONFIG_PROFILE "toString" is not in the file/],
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
    const lines = problems({ ...base, DATABRICKS_TOKEN: "a-token", ...settings });
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines.join()).not.toMatch(/\n|profile-secret|a-token/);
  });

  test("all problems are reported at once, and none that only follows from another", () => {
    const lines = problems({
      GATEWAY_PORT: "0",
      GATEWAY_SECRET: "short",
      LOG_LEVEL: "loud",
      DATABRICKS_TOKEN: "two words",
      DATABRICKS_WAREHOUSE_ID: "a/b",
      DATABRICKS_CONFIG_FILE: profiles,
      DATABRICKS_HOST: "https://a.cloud.databricks.com",
      DATABRICKS_WORKSPACES: "nobody,half,nohost",
      ALLOWED_OPERATIONS: "list_catalog,me,drop",
      ALLOWED_VOLUME_ROOTS: "/Volumes/main",
      READ_ONLY: "yes",
    });
    expect(lines.map((line) => line.split(/ (has|is|must|names)/)[0])).toEqual([
      "GATEWAY_PORT",
      "GATEWAY_SECRET",
      "LOG_LEVEL",
      "DATABRICKS_TOKEN",
      "DATABRICKS_WAREHOUSE_ID",
      "READ_ONLY",
      'DATABRICKS_WORKSPACES "nobody"',
      'DATABRICKS_WORKSPACES "half"',
      'DATABRICKS_WORKSPACES "nohost"',
      "ALLOWED_OPERATIONS",
      "ALLOWED_VOLUME_ROOTS",
    ]);
    expect(problems({ ...base, DATABRICKS_HOST: "ftp://x", DATABRICKS_TOKEN: "" })).toHaveLength(1);
  });

  test("a workload's token file that cannot be read is a problem of a start, and of no reading", () => {
    const given = { ...base, DATABRICKS_OIDC_TOKEN_FILEPATH: join(folder, "absent", "token") };
    const problem = (path = given.DATABRICKS_OIDC_TOKEN_FILEPATH) =>
      checkSettings({ ...given, DATABRICKS_OIDC_TOKEN_FILEPATH: path }, folder).problems;
    const advice = "mount the file, or make it readable";
    expect(problem()).toEqual([`DATABRICKS_OIDC_TOKEN_FILEPATH cannot be read (ENOENT): ${advice}`]);
    expect(problem(folder)).toEqual([`DATABRICKS_OIDC_TOKEN_FILEPATH cannot be read (EISDIR): ${advice}`]);
    expect(problems(given)).toEqual([]);
    const file = join(mkdtempSync(join(folder, "token-")), "token");
    writeFileSync(file, "a.b.c");
    expect(problem(file)).toEqual([]);
  });

  test("an audit file and a socket that could not be made are problems of a start, and of no reading", () => {
    const open = mkdtempSync(join(folder, "open-"));
    chmodSync(open, 0o755);
    const given = {
      ...base,
      DATABRICKS_TOKEN: "t",
      AUDIT_LOG: join(folder, "absent", "audit"),
      GATEWAY_SOCKET: join(open, "socket"),
    };
    expect(checkSettings(given, open).problems).toEqual([
      expect.stringMatching(/^AUDIT_LOG cannot be written \(ENOENT\): set it to/),
      expect.stringMatching(/^GATEWAY_SOCKET .* must be in a folder of this user/),
    ]);
    expect(checkSettings({ ...given, AUDIT_LOG: folder }, open).problems[0]).toMatch(/\(EISDIR\)/);
    expect(existsSync(given.AUDIT_LOG)).toBe(false);
    expect(problems(given)).toEqual([]);
  });
});

const names = (given: Record<string, string>) =>
  parseConfig({ ...base, ...given }).workspaces.map(({ name, origin, identity }) => [
    name,
    origin,
    identity?.kind,
  ]);
const policy = (given: Record<string, string>) =>
  parseConfig({ ...base, DATABRICKS_TOKEN: "t", ...given }).policy;

describe("several workspaces", () => {
  const file = { DATABRICKS_CONFIG_FILE: profiles };

  test("are the default one and the named profiles, of which one without a credential takes tokens only", () => {
    expect(names({ ...file, DATABRICKS_TOKEN: "t", DATABRICKS_WORKSPACES: "m2m, empty" })).toEqual([
      ["default", "https://a.cloud.databricks.com", "pat"],
      ["m2m", "https://a.cloud.databricks.com", "profile"],
      ["empty", "https://a.cloud.databricks.com", undefined],
    ]);
  });

  test("without DATABRICKS_HOST the default one is the profile, else the first that is named", () => {
    const given = { ...file, DATABRICKS_HOST: "", DATABRICKS_WORKSPACES: "m2m,pat" };
    expect(names({ ...given, DATABRICKS_CONFIG_PROFILE: "pat" }).map(([name]) => name)).toEqual([
      "pat",
      "m2m",
    ]);
    expect(names(given).map(([name]) => name)).toEqual(["m2m", "pat"]);
  });

  test("have their own warehouses", () => {
    const given = { ...base, ...file, DATABRICKS_TOKEN: "t", DATABRICKS_WORKSPACES: "warehouse,path" };
    expect(parseConfig(given).workspaces.map(({ httpPath }) => httpPath)).toEqual([
      undefined,
      "/sql/1.0/warehouses/w1",
      "/sql/1.0/warehouses/w2",
    ]);
  });
});

describe("secrets in files of their own", () => {
  const secretFile = (text: string) => {
    const path = join(mkdtempSync(join(folder, "secret-")), "value");
    writeFileSync(path, text);
    return path;
  };

  test("the token may be in one, which is watched for changes", () => {
    const file = secretFile("the-token\n");
    const config = parseConfig({ ...base, DATABRICKS_TOKEN_FILE: file });
    expect(config.workspaces[0].identity).toEqual({ kind: "pat", credentials: { token: "the-token" } });
    expect(config.files).toEqual([file]);
  });

  test("all four may be files", () => {
    const config = parseConfig({
      DATABRICKS_HOST: base.DATABRICKS_HOST,
      GATEWAY_SECRET_FILE: secretFile("0123456789abcdef\n"),
      DATABRICKS_CLIENT_ID_FILE: secretFile("id"),
      DATABRICKS_CLIENT_SECRET_FILE: secretFile("secret"),
    });
    expect(config.secret).toBe("0123456789abcdef");
    expect(config.workspaces[0].identity?.credentials).toEqual({ clientId: "id", clientSecret: "secret" });
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ DATABRICKS_TOKEN_FILE: "/nowhere" }, /^DATABRICKS_TOKEN_FILE cannot be read \(ENOENT\): /],
    [{ DATABRICKS_TOKEN_FILE: folder }, /^DATABRICKS_TOKEN_FILE cannot be read \(EISDIR\): /],
    [{ DATABRICKS_TOKEN_FILE: secretFile("two\nlines") }, /^DATABRICKS_TOKEN must be visible/],
    [
      { DATABRICKS_TOKEN: "t", DATABRICKS_TOKEN_FILE: "/x" },
      /^DATABRICKS_TOKEN and DATABRICKS_TOKEN_FILE are both set/,
    ],
    [{ GATEWAY_SECRET_FILE: "/x" }, /^GATEWAY_SECRET and GATEWAY_SECRET_FILE are both set/],
  ])("%o is refused", (given, line) => {
    expect(problems({ ...base, DATABRICKS_CONFIG_FILE: "/x", ...given })[0]).toMatch(line);
  });
});

describe("a policy", () => {
  test("gives each operation the rule of the most specific pattern", () => {
    const { identity } = policy({
      IDENTITY_POLICY: "service",
      IDENTITY_POLICY_OPERATIONS:
        "list_*=user, list_tables=service,*=user-or-service,list_v*=user-or-service",
    });
    expect(identity).toMatchObject({
      me: "user-or-service",
      list_schemas: "user",
      list_volumes: "user-or-service",
      list_tables: "service",
    });
  });

  test("lists operations by name and by prefix, catalogs and roots", () => {
    const { operations, catalogs, volumeRoots } = policy({
      ALLOWED_OPERATIONS: "me,get_s*",
      ALLOWED_CATALOGS: "Main,sales",
      ALLOWED_VOLUME_ROOTS: "/Volumes/main/default,/Volumes/main/raw/in/a b",
    });
    expect(operations).toEqual(
      new Set([
        "me",
        "get_saved_query",
        "get_schema",
        "get_serving_endpoint",
        "get_statement",
        "get_statement_result",
      ]),
    );
    expect(catalogs).toEqual(new Set(["main", "sales"]));
    expect(volumeRoots).toMatchObject([{ volume: undefined }, { volume: "in", segments: ["a b"] }]);
  });

  test("a list that is there and empty allows nothing", () => {
    expect(policy({ ALLOWED_CATALOGS: "," }).catalogs).toEqual(new Set());
    expect(policy({ ALLOWED_OPERATIONS: "," }).operations).toEqual(new Set());
    expect(policy({ ALLOWED_WAREHOUSES: "," }).warehouses).toEqual(new Set());
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ IDENTITY_POLICY: "anyone" }, /^IDENTITY_POLICY must be user, service, or user-or-service/],
    [{ IDENTITY_POLICY_OPERATIONS: "me" }, /^IDENTITY_POLICY_OPERATIONS has "me": write/],
    [{ IDENTITY_POLICY_OPERATIONS: "me=root" }, /^IDENTITY_POLICY_OPERATIONS has "me=root": write/],
    [{ IDENTITY_POLICY_OPERATIONS: "you=user" }, /^IDENTITY_POLICY_OPERATIONS names "you"/],
    [{ IDENTITY_POLICY_OPERATIONS: "drop_*=user" }, /^IDENTITY_POLICY_OPERATIONS names "drop_\*"/],
    [
      { IDENTITY_POLICY_OPERATIONS: "me=user,me=service" },
      /^IDENTITY_POLICY_OPERATIONS names an operation twice/,
    ],
    [{ ALLOWED_OPERATIONS: "me,list_catalog" }, /^ALLOWED_OPERATIONS names "list_catalog"/],
    [
      { ALLOWED_VOLUME_ROOTS: "/Volumes/main" },
      /^ALLOWED_VOLUME_ROOTS has "\/Volumes\/main", which must begin/,
    ],
    [{ ALLOWED_VOLUME_ROOTS: "/Volumes/a/b/c/%2e%2e" }, /^ALLOWED_VOLUME_ROOTS has .* must not contain "\."/],
    [{ READ_ONLY: "yes" }, /^READ_ONLY must be true or false/],
    [{ READ_ONLY_FUNCTIONS: "f,a.b.c.d" }, /^READ_ONLY_FUNCTIONS has "a\.b\.c\.d": write function or/],
    [{ READ_ONLY_FUNCTIONS: "f()" }, /^READ_ONLY_FUNCTIONS has "f\(\)": write function or/],
    [{ AUDIT_DURABILITY: "always" }, /^AUDIT_DURABILITY must be strict or relaxed/],
    [{ AUDIT_DURABILITY: "strict" }, /^AUDIT_DURABILITY strict needs a file: AUDIT_LOG is stdout/],
    [
      { AUDIT_DURABILITY: "strict", AUDIT_LOG: "off" },
      /^AUDIT_DURABILITY strict needs a file: AUDIT_LOG is off/,
    ],
    [{ AUDIT_LOG_FILES: "0" }, /^AUDIT_LOG_FILES must be/],
    [{ DATABRICKS_ALLOWED_HOSTS: "http://x.net" }, /^DATABRICKS_ALLOWED_HOSTS must begin with https/],
    [
      { DATABRICKS_ALLOWED_HOSTS: "https://*.x.net" },
      /^DATABRICKS_ALLOWED_HOSTS must be one host, not a pattern/,
    ],
    [{ DATABRICKS_WORKSPACES: "a b" }, /^DATABRICKS_WORKSPACES must be 1 to 64/],
    [
      { DATABRICKS_WORKSPACES: "nobody", DATABRICKS_CONFIG_FILE: profiles },
      /^DATABRICKS_WORKSPACES "nobody" is not in/,
    ],
    [
      { DATABRICKS_WORKSPACES: "nohost", DATABRICKS_CONFIG_FILE: profiles },
      /^DATABRICKS_WORKSPACES "nohost" has no host/,
    ],
    [
      { DATABRICKS_WORKSPACES: "half", DATABRICKS_CONFIG_FILE: profiles },
      /^DATABRICKS_WORKSPACES "half" has only one/,
    ],
    [
      { DATABRICKS_WORKSPACES: "default", DATABRICKS_CONFIG_FILE: profiles },
      /^DATABRICKS_WORKSPACES names "default", which/,
    ],
    [
      { DATABRICKS_HOST: "", DATABRICKS_WORKSPACES: "pat", DATABRICKS_CONFIG_FILE: profiles },
      /^DATABRICKS_TOKEN and DATABRICKS_WORKSPACES are both set/,
    ],
  ])("%o is refused", (given, line) => {
    const lines = problems({ ...base, DATABRICKS_TOKEN: "t", ...given });
    expect(lines).toEqual([expect.stringMatching(line)]);
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

  test("a value in the environment wins over a file of it that .env.local names, and the other way round", () => {
    const file = join(folder, "a-token");
    writeFileSync(file, "of-the-file");
    writeFileSync(join(folder, ".env"), "DATABRICKS_TOKEN=of-env\n");
    writeFileSync(
      join(folder, ".env.local"),
      `DATABRICKS_TOKEN_FILE=${file}\nGATEWAY_SECRET=fedcba9876543210\n`,
    );
    vi.stubEnv("DATABRICKS_HOST", base.DATABRICKS_HOST);
    const token = () => readConfig(folder).config.workspaces[0].identity?.credentials;
    expect(token()).toEqual({ token: "of-the-file" });
    vi.stubEnv("DATABRICKS_TOKEN", "of-the-environment");
    expect(token()).toEqual({ token: "of-the-environment" });
  });

  test("they can be read again: the files as they are, the environment as it was", () => {
    writeFileSync(join(folder, ".env.local"), "DATABRICKS_TOKEN=first\nGATEWAY_SECRET=fedcba9876543210\n");
    vi.stubEnv("DATABRICKS_HOST", base.DATABRICKS_HOST);
    const { config, reread } = readConfig(folder);
    vi.stubEnv("DATABRICKS_HOST", "https://elsewhere.cloud.databricks.com");
    writeFileSync(
      join(folder, ".env.local"),
      "DATABRICKS_TOKEN=second\nGATEWAY_SECRET=fedcba9876543210\nREAD_ONLY=true\n",
    );
    const next = reread();
    expect(next.workspaces[0]).toMatchObject({
      origin: config.workspaces[0].origin,
      identity: { credentials: { token: "second" } },
    });
    const changed = Object.keys(next.fixed).filter((name) => next.fixed[name] !== config.fixed[name]);
    expect(changed).toEqual(["READ_ONLY"]);
    expect(config.files).toEqual([join(folder, ".env"), join(folder, ".env.local")]);
  });
});
