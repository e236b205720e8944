import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@front-door/databricks-gateway";
import { ConfigError, type Environment } from "@front-door/service-runtime";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../src/settings/config.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
const secret = "0123456789abcdef";

interface Outcome {
  readonly problems: readonly string[];
  readonly secret?: string;
  readonly port?: number | undefined;
  readonly logLevel?: string;
  readonly warnings?: readonly string[];
}

function outcome(read: () => Omit<Outcome, "problems">): Outcome {
  try {
    return { problems: [], ...read() };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}

interface App {
  readonly read: (environment: Environment) => Outcome;
  /** The template of the other app. */
  readonly otherTemplate: string;
}

const apps: Readonly<Record<string, App>> = {
  "the front door": {
    otherTemplate: "../../databricks-gateway/.env.template",
    read: (environment) =>
      outcome(() => {
        const { gatewaySecret, gateway, logLevel, warnings } = loadConfig({
          SETTINGS_FILE: join(folder, "absent"),
          ...environment,
        });
        return { secret: gatewaySecret, port: gateway.port, logLevel, warnings };
      }),
  },
  "the gateway": {
    otherTemplate: "../.env.template",
    read: (environment) =>
      outcome(() =>
        parseConfig({ DATABRICKS_HOST: "https://x.example", DATABRICKS_TOKEN: "t", ...environment }),
      ),
  },
};

// What the SDK and the SQL driver read, and what shells and Kubernetes set.
const foreignNames = `
  DATABRICKS_USERNAME DATABRICKS_PASSWORD DATABRICKS_ACCOUNT_ID DATABRICKS_WORKSPACE_ID DATABRICKS_CLUSTER_ID
  DATABRICKS_AUTH_TYPE DATABRICKS_DEBUG_HEADERS DATABRICKS_SERVERLESS_COMPUTE_ID DATABRICKS_METADATA_SERVICE_URL
  DATABRICKS_CLI_PATH DATABRICKS_AZURE_RESOURCE_ID DATABRICKS_RUNTIME_VERSION
  PATH HOME HOSTNAME HOSTTYPE USER PWD SHELL TERM LANG EDITOR MAIL PS1 LOGNAME
  NODE_ENV NODE_OPTIONS HTTPS_PROXY NO_PROXY API_KEY REDIS_HOST REDIS_PORT LOCAL_WORKSPACE_DIR
  OTEL_RESOURCE_ATTRIBUTES OTEL_EXPORTER_OTLP_TIMEOUT OTEL_METRICS_EXPORTER OTEL_TRACES_EXPORTER OTEL_PROPAGATORS
  GATEWAY_SERVICE_HOST GATEWAY_SERVICE_PORT GATEWAY_PORT_3002_TCP_ADDR`
  .trim()
  .split(/\s+/);

// Both apps read these, each with its own check.
const sharedName =
  /^(ACCESS_FILE|CALLER_SHARE_PERCENT|GATEWAY_(PORT|SOCKET|SECRET(_FILE)?)|LOG_LEVEL|METRICS_(HOST|PORT)|OTEL_\w+|OIDC_(AUDIENCE|ISSUER|RUN_AS)|REDIS_URL(_FILE)?)$/;

let files = 0;
function secretFile(text: string): string {
  const file = join(folder, `secret-${files++}`);
  writeFileSync(file, text);
  return file;
}

// Both processes get the same values of these settings: what one takes, the other must not refuse.
describe.each(Object.entries(apps))("%s", (_name, { read, otherTemplate }) => {
  it("does not warn about names of the other app's, the SDK's, the shell's or Kubernetes'", () => {
    const template = readFileSync(new URL(otherTemplate, import.meta.url), "utf8");
    const others = [...template.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map((match) => String(match[1]));
    const names = [...others.filter((name) => !sharedName.test(name)), ...foreignNames];
    // A number, because the SDKs' names include an id.
    const environment = Object.fromEntries(names.map((name) => [name, "1"]));
    expect(read({ ...environment, GATEWAY_SECRET: secret })).toMatchObject({ problems: [], warnings: [] });
  });

  it.each<[string, Environment, Partial<Outcome>]>([
    ["a blank LOG_LEVEL counts as not set", { LOG_LEVEL: " " }, { logLevel: "info" }],
    ["an empty GATEWAY_PORT counts as not set", { GATEWAY_PORT: "" }, { port: 3002 }],
    [
      "GATEWAY_PORT may be off beside a socket",
      { GATEWAY_PORT: "off", GATEWAY_SOCKET: "/s" },
      { port: undefined },
    ],
    ["a secret may have 512 characters", { GATEWAY_SECRET: "s".repeat(512) }, { secret: "s".repeat(512) }],
    [
      "all newlines at the end of a secret file are removed",
      { GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: secretFile(`${secret}\r\n\n`) },
      { secret },
    ],
    [
      "a name near that of a setting is a warning",
      { GATEWAY_SOCKETS: "/s", LOGLEVEL: "debug" },
      {
        warnings: [
          "GATEWAY_SOCKETS is not a setting and is ignored: did you mean GATEWAY_SOCKET?",
          "LOGLEVEL is not a setting and is ignored: did you mean LOG_LEVEL?",
        ],
      },
    ],
  ])("%s", (_title, environment, expected) => {
    expect(read({ GATEWAY_SECRET: secret, ...environment })).toMatchObject({ problems: [], ...expected });
  });

  it.each<[Environment, RegExp]>([
    [{ GATEWAY_SECRET: undefined }, /^GATEWAY_SECRET is missing: set it to/],
    [{ GATEWAY_SECRET: "short" }, /^GATEWAY_SECRET must be 16 to 512 visible ASCII characters[^(]*$/],
    [{ GATEWAY_SECRET: "s".repeat(513) }, /^GATEWAY_SECRET must be 16 to 512/],
    [{ GATEWAY_SECRET: "with spaces in it and more" }, /^GATEWAY_SECRET must be 16 to 512/],
    [{ GATEWAY_SECRET_FILE: "/x" }, /^GATEWAY_SECRET and GATEWAY_SECRET_FILE are both set: leave out/],
    [
      { GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: join(folder, "absent") },
      /^GATEWAY_SECRET_FILE cannot be read \(ENOENT\): /,
    ],
    [{ GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: folder }, /^GATEWAY_SECRET_FILE cannot be read \(EISDIR\): /],
    [
      { GATEWAY_SECRET: "", GATEWAY_SECRET_FILE: secretFile("\n\n") },
      /^GATEWAY_SECRET_FILE is empty: write the value into the file$/,
    ],
    [{ GATEWAY_PORT: "0" }, /^GATEWAY_PORT must be between 1 and 65535 \(got 0\)$/],
    [{ GATEWAY_PORT: "65536" }, /^GATEWAY_PORT must be between 1 and 65535 \(got 65536\)$/],
    [{ GATEWAY_PORT: "http" }, /^GATEWAY_PORT must be a port between 1 and 65535, or off .* \(got http\)$/],
    [{ GATEWAY_PORT: "off" }, /^GATEWAY_PORT is off and GATEWAY_SOCKET is not set: set one of them$/],
    [{ GATEWAY_SOCKET: "relative" }, /^GATEWAY_SOCKET must be an absolute path of at most 103 bytes/],
    [{ GATEWAY_SOCKET: `/${"é".repeat(52)}` }, /^GATEWAY_SOCKET must be an absolute path of at most 103/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL must be trace, debug, .* or silent \(got loud\)$/],
    [{ LOG_LEVEL: "a\nb" }, /^LOG_LEVEL must be .* \(got "a\\nb"\)$/],
    [{ LOG_LEVEL: `dapi${"0".repeat(32)}` }, /^LOG_LEVEL must be .* \(got \[redacted\]\)$/],
  ])("refuses %j in one line", (environment, line) => {
    const { problems } = read({ GATEWAY_SECRET: secret, ...environment });
    expect(problems).toEqual([expect.stringMatching(line)]);
  });
});
