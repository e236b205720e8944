import { describe, expect, it } from "vitest";
import { type Environment, processEnvironments } from "./process-environments.ts";

const defaultSocket = "/run/private/gateway.sock";

const environmentsOf = (
  environment: Environment,
  { api = {}, gateway = {} }: { api?: Environment; gateway?: Environment } = {},
) =>
  processEnvironments({
    root: "/checkout",
    environment,
    files: { api, gateway, apiFile: "/checkout/apps/api/.env.local" },
    socket: defaultSocket,
  });

describe("processEnvironments", () => {
  it("gives DATABRICKS_ settings to the gateway and to no other process", () => {
    const result = environmentsOf({
      PATH: "/bin",
      DATABRICKS_HOST: "https://w.example.com",
      DATABRICKS_TOKEN: "canary",
      PORT: "80",
    });
    expect(result.gateway).toMatchObject({
      DATABRICKS_TOKEN: "canary",
      DATABRICKS_HOST: "https://w.example.com",
    });
    expect(result.localWorkspace).toBeUndefined();
    expect(result.api).toMatchObject({ PATH: "/bin", PORT: "80" });
    expect(JSON.stringify(result.api)).not.toMatch(/DATABRICKS_|canary/);
  });

  it("gives no process but the gateway a workload's token, whichever variable has it", () => {
    const workspace = { DATABRICKS_HOST: "https://w.example" };
    const named = { DATABRICKS_OIDC_TOKEN_ENV: "PLATFORM_TOKEN", PLATFORM_TOKEN: "canary" };
    const { api, gateway } = environmentsOf({
      ...workspace,
      ...named,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "canary",
    });
    expect(JSON.stringify(api)).not.toContain("canary");
    expect(gateway).toMatchObject({ PLATFORM_TOKEN: "canary", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "canary" });
  });

  it("gives the front door no mounted secret but the one that both processes share", () => {
    const result = environmentsOf(
      {
        DATABRICKS_HOST: "https://w.example.com",
        DATABRICKS_TOKEN_FILE: "/run/secrets/canary",
        DATABRICKS_CLIENT_ID_FILE: "/run/secrets/canary-id",
        GATEWAY_SECRET_FILE: "/run/secrets/gateway",
      },
      { api: { GATEWAY_SECRET: "of-a-file-that-the-environment-overrules" } },
    );
    expect(result.gateway).toMatchObject({
      DATABRICKS_TOKEN_FILE: "/run/secrets/canary",
      GATEWAY_SECRET_FILE: "/run/secrets/gateway",
    });
    expect(result.api).toMatchObject({ GATEWAY_SECRET_FILE: "/run/secrets/gateway" });
    expect(JSON.stringify(result.api)).not.toMatch(/DATABRICKS_|canary/);
    for (const environment of [result.api, result.gateway])
      expect(environment["GATEWAY_SECRET"]).toBeUndefined();
  });

  it("keeps a mounted secret from the local workspace", () => {
    const result = environmentsOf({ GATEWAY_SECRET_FILE: "/run/secrets/gateway" });
    expect(JSON.stringify(result.localWorkspace)).not.toContain("/run/secrets/gateway");
    expect(result.gateway).toMatchObject({ GATEWAY_SECRET_FILE: "/run/secrets/gateway" });
  });

  it.each<[Environment, Environment, Environment]>([
    [{ GATEWAY_SECRET: "a", GATEWAY_SECRET_FILE: "b" }, {}, {}],
    [{}, { GATEWAY_SECRET: "a" }, { GATEWAY_SECRET_FILE: "b" }],
  ])("reports a secret that is set together with its file: %j %j %j", (environment, api, gateway) => {
    expect(environmentsOf(environment, { api, gateway }).problems).toEqual([
      "GATEWAY_SECRET and GATEWAY_SECRET_FILE are both set: remove one of them",
    ]);
  });

  it.each([{}, { DATABRICKS_HOST: "" }, { DATABRICKS_HOST: " " }])(
    "starts a local workspace when no host is configured: %j",
    (environment) => {
      const result = environmentsOf(environment);
      expect(result.localWorkspace).toMatchObject({
        LOCAL_WORKSPACE_PORT: "3003",
        LOCAL_WORKSPACE_DIR: "/checkout/.local-workspace",
      });
      expect(result.gateway).toMatchObject({
        LOCAL_WORKSPACE: "true",
        DATABRICKS_HOST: "https://127.0.0.1:3003",
      });
      expect(result.notices.join("\n")).toContain("LOCAL workspace");
      expect(result.state).toContain("/checkout/.local-workspace");
    },
  );

  it("never gives a real token to the local workspace, and says that it is ignored", () => {
    const result = environmentsOf(
      { DATABRICKS_TOKEN: "canary" },
      { gateway: { DATABRICKS_HTTP_PATH: "/sql/x" } },
    );
    expect(JSON.stringify([result.gateway, result.api, result.localWorkspace])).not.toContain("canary");
    expect(result.notices).toContain(
      "Ignored because DATABRICKS_HOST is not set: DATABRICKS_HTTP_PATH, DATABRICKS_TOKEN.",
    );
    expect(result.notices.join("\n")).not.toContain("canary");
  });

  it.each([
    { DATABRICKS_HOST: "https://w.example.com" },
    { DATABRICKS_CONFIG_PROFILE: "prod" },
    { DATABRICKS_WORKSPACES: "a" },
  ])("takes the workspace from the gateway's own settings file: %j", (gateway) => {
    const result = environmentsOf({}, { gateway: { ...gateway, GATEWAY_PORT: "4002" } });
    expect(result.localWorkspace).toBeUndefined();
    expect(result.api["GATEWAY_PORT"]).toBe("4002");
  });

  it("takes the empty lines of a copied template for settings that are not there", () => {
    const result = environmentsOf(
      {},
      { gateway: { GATEWAY_SECRET: "", DATABRICKS_HOST: "", GATEWAY_PORT: "", GATEWAY_SOCKET: "" } },
    );
    expect(result.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(result.api).not.toHaveProperty("GATEWAY_PORT");
    expect(result.api["GATEWAY_SOCKET"]).toBe(defaultSocket);
    expect(result.localWorkspace).toBeDefined();
  });

  it("gives both apps one secret, a new one for each run unless one is set", () => {
    const first = environmentsOf({});
    const second = environmentsOf({});
    expect(first.api["GATEWAY_SECRET"]).toBe(first.gateway["GATEWAY_SECRET"]);
    expect(first.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(second.api["GATEWAY_SECRET"]).not.toBe(first.api["GATEWAY_SECRET"]);
    const own = environmentsOf({ GATEWAY_SECRET: "a-secret-of-this-installation" });
    expect(own.api["GATEWAY_SECRET"]).toBe("a-secret-of-this-installation");
    expect(own.localWorkspace?.["GATEWAY_SECRET"]).toBeUndefined();
  });

  it("gives both apps one socket, the private one unless one is set", () => {
    const own = "/run/mine/gateway.sock";
    for (const [result, socket] of [
      [environmentsOf({}), defaultSocket],
      [environmentsOf({ GATEWAY_SOCKET: own }), own],
      [environmentsOf({}, { gateway: { GATEWAY_SOCKET: own } }), own],
      [environmentsOf({ DATABRICKS_HOST: "https://w.example.com" }), defaultSocket],
    ] as const) {
      expect(result.api["GATEWAY_SOCKET"]).toBe(socket);
      expect(result.gateway["GATEWAY_SOCKET"]).toBe(socket);
    }
  });

  it.each([{}, { DATABRICKS_HOST: "https://w.example.com" }])(
    "gives the password of a Redis to the front door and the gateway, and to no other process: %j",
    (workspace) => {
      const result = environmentsOf({ REDIS_URL: "redis://:canary@redis.example", ...workspace });
      expect(result.api["REDIS_URL"]).toContain("canary");
      expect(result.gateway["REDIS_URL"]).toContain("canary");
      expect(JSON.stringify(result.localWorkspace ?? {})).not.toContain("canary");
    },
  );

  it.each([{}, { DATABRICKS_HOST: "https://w.example.com" }])(
    "gives the keys of sessions and the OAuth app's secret to the gateway alone: %j",
    (workspace) => {
      const secrets = { SESSION_KEY: "canary-key", DATABRICKS_OAUTH_CLIENT_SECRET: "canary-secret" };
      const result = environmentsOf({ ...secrets, SESSION_IDLE_MINUTES: "5", ...workspace });
      expect(result.gateway).toMatchObject({ SESSION_KEY: "canary-key", SESSION_IDLE_MINUTES: "5" });
      expect(JSON.stringify([result.api, result.localWorkspace ?? {}])).not.toMatch(/canary|SESSION_/);
    },
  );

  it.each(["0", "70000", "0x10", "-1", "3003.5"])(
    "reports LOCAL_WORKSPACE_PORT=%s, since the gateway needs a port that it knows",
    (port) => {
      const { problems, gateway } = environmentsOf({ LOCAL_WORKSPACE_PORT: port });
      expect(problems).toEqual([`LOCAL_WORKSPACE_PORT must be between 1 and 65535 (got ${port})`]);
      // So that nobody reports the consequence, too.
      expect(gateway["DATABRICKS_HOST"]).toBe("https://127.0.0.1:3003");
    },
  );

  it("takes the front door's own settings from its file and shared ones from either file; the environment wins", () => {
    const files = {
      api: { READY_TIMEOUT_MS: "5000", GATEWAY_PORT: "4002", GATEWAY_SECRET: "secret-of-the-front-door" },
      gateway: { READY_TIMEOUT_MS: "7000", GATEWAY_PORT: "4002", GATEWAY_SECRET: "" },
    };
    const result = environmentsOf({}, files);
    expect(result).toMatchObject({ readyTimeoutMs: 5_000 });
    for (const environment of [result.api, result.gateway]) {
      expect(environment).toMatchObject({ GATEWAY_PORT: "4002", GATEWAY_SECRET: "secret-of-the-front-door" });
    }
    expect(environmentsOf({ READY_TIMEOUT_MS: "9000", GATEWAY_PORT: "5002" }, files)).toMatchObject({
      readyTimeoutMs: 9_000,
      api: { GATEWAY_PORT: "5002" },
    });
  });

  it("gives ACCESS_FILE to both processes, whichever file has it: rules that one of them does not know would not hold", () => {
    for (const files of [{ api: { ACCESS_FILE: "a" } }, { gateway: { ACCESS_FILE: "a" } }]) {
      const { api, gateway } = environmentsOf({}, files);
      expect([api["ACCESS_FILE"], gateway["ACCESS_FILE"]]).toEqual(["a", "a"]);
    }
  });

  it.each(["ACCESS_FILE", "GATEWAY_PORT", "GATEWAY_SECRET", "GATEWAY_SOCKET"])(
    "reports that the two files differ in %s, unless the environment has it",
    (name) => {
      const files = { api: { [name]: "4002" }, gateway: { [name]: "5002" } };
      expect(environmentsOf({}, files).problems).toEqual([
        `${name} differs between the front door's settings file and the gateway's: set it in one of them only`,
      ]);
      const overruled = environmentsOf({ [name]: "6002" }, files);
      expect(overruled.problems).toEqual([]);
      expect(overruled.gateway).toMatchObject({ [name]: "6002" });
    },
  );

  it("gives a DATABRICKS_ line of the front door's file to no process, and says so by name", () => {
    const result = environmentsOf(
      {},
      { api: { DATABRICKS_TOKEN: "canary", DATABRICKS_HOST: "https://w.example.com" } },
    );
    expect(result.localWorkspace).toBeDefined();
    expect(JSON.stringify(result)).not.toMatch(/canary|w\.example\.com/);
    expect(result.notices).toContain(
      "Ignored because they do not belong in the front door's settings file: DATABRICKS_HOST, DATABRICKS_TOKEN. Move them to apps/databricks-gateway/.env.local.",
    );
  });

  it("gives the gateway no empty setting, which would hide the line of its own file", () => {
    const result = environmentsOf(
      { DATABRICKS_HOST: "" },
      { gateway: { DATABRICKS_HOST: "https://w.example.com" } },
    );
    expect(result.localWorkspace).toBeUndefined();
    expect(result.gateway).not.toHaveProperty("DATABRICKS_HOST");
  });
});
