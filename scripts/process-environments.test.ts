import { describe, expect, it } from "vitest";
import { processEnvironments } from "./process-environments.ts";

const root = "/checkout";
const none = { api: {}, gateway: {} };

describe("the environments of the processes", () => {
  it("give no DATABRICKS_ setting to any process but the gateway", () => {
    const result = processEnvironments(
      root,
      { PATH: "/bin", DATABRICKS_HOST: "https://w.example.com", DATABRICKS_TOKEN: "canary", PORT: "80" },
      none,
    );
    expect(result.gateway).toMatchObject({
      DATABRICKS_TOKEN: "canary",
      DATABRICKS_HOST: "https://w.example.com",
    });
    expect(result.localWorkspace).toBeUndefined();
    expect(result.api).toMatchObject({ PATH: "/bin", PORT: "80" });
    expect(JSON.stringify(result.api)).not.toMatch(/DATABRICKS_|canary/);
  });

  it("give the files of mounted secrets to the gateway alone, but for the one that both processes share", () => {
    const result = processEnvironments(
      root,
      {
        DATABRICKS_HOST: "https://w.example.com",
        DATABRICKS_TOKEN_FILE: "/run/secrets/canary",
        DATABRICKS_CLIENT_ID_FILE: "/run/secrets/canary-id",
        GATEWAY_SECRET_FILE: "/run/secrets/gateway",
      },
      { api: { GATEWAY_SECRET: "of-a-file-that-the-environment-overrules" }, gateway: {} },
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

  it("keep a mounted secret from the local workspace", () => {
    const result = processEnvironments(root, { GATEWAY_SECRET_FILE: "/run/secrets/gateway" }, none);
    expect(JSON.stringify(result.localWorkspace)).not.toContain("/run/secrets/gateway");
    expect(result.gateway).toMatchObject({ GATEWAY_SECRET_FILE: "/run/secrets/gateway" });
  });

  it.each<[object, object, object]>([
    [{ GATEWAY_SECRET: "a", GATEWAY_SECRET_FILE: "b" }, {}, {}],
    [{}, { GATEWAY_SECRET: "a" }, { GATEWAY_SECRET_FILE: "b" }],
  ])("refuse a secret and a file of it together: %j %j %j", (environment, api, gateway) => {
    expect(() =>
      processEnvironments(root, { ...environment }, { api: { ...api }, gateway: { ...gateway } }),
    ).toThrow(/GATEWAY_SECRET .*GATEWAY_SECRET_FILE/);
  });

  it.each([{}, { DATABRICKS_HOST: "" }])(
    "start a local workspace when no host is configured: %j",
    (environment) => {
      const result = processEnvironments(root, environment, none);
      expect(result.localWorkspace).toMatchObject({
        LOCAL_WORKSPACE_PORT: "3003",
        LOCAL_WORKSPACE_DIR: "/checkout/.local-workspace",
      });
      expect(result.gateway).toMatchObject({
        LOCAL_WORKSPACE: "true",
        DATABRICKS_HOST: "https://127.0.0.1:3003",
      });
      expect(result.notices.join("\n")).toContain("LOCAL workspace");
    },
  );

  it("never give a real token to the local workspace, and say that it is ignored", () => {
    const result = processEnvironments(
      root,
      { DATABRICKS_TOKEN: "canary" },
      { ...none, gateway: { DATABRICKS_HTTP_PATH: "/sql/x" } },
    );
    expect(JSON.stringify([result.gateway, result.api, result.localWorkspace])).not.toContain("canary");
    expect(result.notices.join("\n")).toContain(
      "Ignored, because DATABRICKS_HOST is not set: DATABRICKS_HTTP_PATH, DATABRICKS_TOKEN.",
    );
    expect(result.notices.join("\n")).not.toContain("canary");
  });

  it.each([
    { DATABRICKS_HOST: "https://w.example.com" },
    { DATABRICKS_CONFIG_PROFILE: "prod" },
    { DATABRICKS_WORKSPACES: "a" },
  ])("take the gateway's own settings file for a configured workspace: %j", (gatewayFile) => {
    const result = processEnvironments(
      root,
      {},
      { ...none, gateway: { ...gatewayFile, GATEWAY_PORT: "4002" } },
    );
    expect(result.localWorkspace).toBeUndefined();
    expect(result.api["GATEWAY_PORT"]).toBe("4002");
  });

  it("take the empty lines of a copied template for settings that are not there", () => {
    const result = processEnvironments(
      root,
      {},
      { ...none, gateway: { GATEWAY_SECRET: "", DATABRICKS_HOST: "", GATEWAY_PORT: "" } },
    );
    expect(result.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(result.gatewayPort).toBe("3002");
    expect(result.localWorkspace).toBeDefined();
  });

  it("share one secret between gateway and front door, a new one for each run unless one is set", () => {
    const first = processEnvironments(root, {}, none);
    const second = processEnvironments(root, {}, none);
    expect(first.api["GATEWAY_SECRET"]).toBe(first.gateway["GATEWAY_SECRET"]);
    expect(first.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(second.api["GATEWAY_SECRET"]).not.toBe(first.api["GATEWAY_SECRET"]);
    const own = processEnvironments(root, { GATEWAY_SECRET: "a-secret-of-this-installation" }, none);
    expect(own.api["GATEWAY_SECRET"]).toBe("a-secret-of-this-installation");
    expect(own.localWorkspace?.["GATEWAY_SECRET"]).toBeUndefined();
  });

  it.each([{}, { DATABRICKS_HOST: "https://w.example.com" }])(
    "give the password of a Redis to the front door and to no other process: %j",
    (workspace) => {
      const redis = { REDIS_URL: "redis://:canary@redis.example", ...workspace };
      const result = processEnvironments(root, redis, none);
      expect(result.api["REDIS_URL"]).toContain("canary");
      expect(JSON.stringify([result.gateway, result.localWorkspace])).not.toContain("canary");
    },
  );

  it.each([
    ["GATEWAY_PORT", "abc"],
    ["GATEWAY_PORT", "70000"],
    ["LOCAL_WORKSPACE_PORT", "0"],
    ["READY_TIMEOUT_MS", "-1"],
  ])("are refused by name when %s is %s", (name, value) => {
    expect(() => processEnvironments(root, { [name]: value }, none)).toThrow(
      `${name} must be a whole number`,
    );
  });

  it("take the front door's own settings from its file, and the shared ones from either, which the environment overrules", () => {
    const files = {
      api: { READY_TIMEOUT_MS: "5000", GATEWAY_PORT: "4002", GATEWAY_SECRET: "secret-of-the-front-door" },
      gateway: { READY_TIMEOUT_MS: "7000", GATEWAY_PORT: "4002", GATEWAY_SECRET: "" },
    };
    const result = processEnvironments(root, {}, files);
    expect(result).toMatchObject({ readyTimeoutMs: 5_000, gatewayPort: "4002" });
    for (const environment of [result.api, result.gateway]) {
      expect(environment).toMatchObject({ GATEWAY_PORT: "4002", GATEWAY_SECRET: "secret-of-the-front-door" });
    }
    expect(
      processEnvironments(root, { READY_TIMEOUT_MS: "9000", GATEWAY_PORT: "5002" }, files),
    ).toMatchObject({ readyTimeoutMs: 9_000, gatewayPort: "5002" });
  });

  it.each(["GATEWAY_PORT", "GATEWAY_SECRET"])(
    "are refused when the two files contradict each other about %s, unless the environment has it",
    (name) => {
      const files = { api: { [name]: "4002" }, gateway: { [name]: "5002" } };
      expect(() => processEnvironments(root, {}, files)).toThrow(
        new RegExp(`^${name} is one thing .*only\\.$`),
      );
      expect(() => processEnvironments(root, {}, files)).not.toThrow(/[45]002/);
      expect(processEnvironments(root, { [name]: "6002" }, files).gateway).toMatchObject({ [name]: "6002" });
    },
  );

  it("give a DATABRICKS_ line of the front door's file to nobody, and say so by name", () => {
    const result = processEnvironments(
      root,
      {},
      { api: { DATABRICKS_TOKEN: "canary", DATABRICKS_HOST: "https://w.example.com" }, gateway: {} },
    );
    expect(result.localWorkspace).toBeDefined();
    expect(JSON.stringify(result)).not.toMatch(/canary|w\.example\.com/);
    expect(result.notices).toContain(
      "Ignored, because the front door's settings file is not the place for them: DATABRICKS_HOST, DATABRICKS_TOKEN. Move them to apps/databricks-gateway/.env.local.",
    );
  });

  it("give the gateway no empty setting, which would hide the line of its own file", () => {
    const result = processEnvironments(
      root,
      { DATABRICKS_HOST: "" },
      { ...none, gateway: { DATABRICKS_HOST: "https://w.example.com" } },
    );
    expect(result.localWorkspace).toBeUndefined();
    expect(result.gateway).not.toHaveProperty("DATABRICKS_HOST");
  });
});
