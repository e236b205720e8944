import { describe, expect, it } from "vitest";
import { processEnvironments } from "./process-environments.ts";

const root = "/checkout";

describe("the environments of the processes", () => {
  it("give no DATABRICKS_ setting to any process but the gateway", () => {
    const result = processEnvironments(
      root,
      { PATH: "/bin", DATABRICKS_HOST: "https://w.example.com", DATABRICKS_TOKEN: "canary", PORT: "80" },
      {},
    );
    expect(result.gateway).toMatchObject({
      DATABRICKS_TOKEN: "canary",
      DATABRICKS_HOST: "https://w.example.com",
    });
    expect(result.localWorkspace).toBeUndefined();
    expect(result.api).toMatchObject({ PATH: "/bin", PORT: "80" });
    expect(JSON.stringify(result.api)).not.toMatch(/DATABRICKS_|canary/);
  });

  it.each([{}, { DATABRICKS_HOST: "" }])(
    "start a local workspace when no host is configured: %j",
    (environment) => {
      const result = processEnvironments(root, environment, {});
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
      { DATABRICKS_HTTP_PATH: "/sql/x" },
    );
    expect(JSON.stringify([result.gateway, result.api, result.localWorkspace])).not.toContain("canary");
    expect(result.notices.join("\n")).toContain(
      "Ignored, because DATABRICKS_HOST is not set: DATABRICKS_HTTP_PATH, DATABRICKS_TOKEN.",
    );
    expect(result.notices.join("\n")).not.toContain("canary");
  });

  it.each([{ DATABRICKS_HOST: "https://w.example.com" }, { DATABRICKS_CONFIG_PROFILE: "prod" }])(
    "take the gateway's own settings file for a configured workspace: %j",
    (gatewayFile) => {
      const result = processEnvironments(root, {}, { ...gatewayFile, GATEWAY_PORT: "4002" });
      expect(result.localWorkspace).toBeUndefined();
      expect(result.api["GATEWAY_PORT"]).toBe("4002");
    },
  );

  it("take the empty lines of a copied template for settings that are not there", () => {
    const result = processEnvironments(
      root,
      {},
      { GATEWAY_SECRET: "", DATABRICKS_HOST: "", GATEWAY_PORT: "" },
    );
    expect(result.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(result.gatewayPort).toBe("3002");
    expect(result.localWorkspace).toBeDefined();
  });

  it("share one secret between gateway and front door, a new one for each run unless one is set", () => {
    const first = processEnvironments(root, {}, {});
    const second = processEnvironments(root, {}, {});
    expect(first.api["GATEWAY_SECRET"]).toBe(first.gateway["GATEWAY_SECRET"]);
    expect(first.api["GATEWAY_SECRET"]?.length).toBeGreaterThanOrEqual(32);
    expect(second.api["GATEWAY_SECRET"]).not.toBe(first.api["GATEWAY_SECRET"]);
    const own = processEnvironments(root, { GATEWAY_SECRET: "a-secret-of-this-installation" }, {});
    expect(own.api["GATEWAY_SECRET"]).toBe("a-secret-of-this-installation");
    expect(own.localWorkspace?.["GATEWAY_SECRET"]).toBeUndefined();
  });

  it.each([
    ["GATEWAY_PORT", "abc"],
    ["GATEWAY_PORT", "70000"],
    ["LOCAL_WORKSPACE_PORT", "0"],
    ["READY_TIMEOUT_MS", "-1"],
  ])("are refused by name when %s is %s", (name, value) => {
    expect(() => processEnvironments(root, { [name]: value }, {})).toThrow(`${name} must be a whole number`);
  });
});
