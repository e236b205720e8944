import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkSettings, misplacedSettings } from "./check-settings.ts";
import { processEnvironments } from "./process-environments.ts";

function problemsOf(environment: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "check-settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { api: {}, gateway: {}, apiFile: join(folder, "settings.env") };
  return checkSettings(
    processEnvironments({ root: folder, environment, files, socket: join(folder, "gateway.sock") }),
  );
}

test("each setting of the local workspace that cannot be used is a problem of its own", () => {
  const settings = {
    LOCAL_WORKSPACE_PORT: "0",
    LOCAL_WORKSPACE_DIR: "/proc/nowhere",
    LOCAL_WORKSPACE_SEED: "/nowhere.json",
  };
  const problems = problemsOf(settings);
  expect(problems).toHaveLength(3);
  for (const name of Object.keys(settings)) {
    expect(problems.filter((problem) => problem.includes(name))).toHaveLength(1);
  }
});

test.each([
  [{ DATABRICKS_HOST: "https://example.com" }, "DATABRICKS_TOKEN"],
  [{ DATABRICKS_CONFIG_PROFILE: "no-such-profile" }, "DATABRICKS_CONFIG_PROFILE"],
])("an identity that is not there is one problem, which names the setting: %j", (settings, name) => {
  expect(problemsOf(settings)).toEqual([expect.stringContaining(name)]);
});

test("a setting in the file of the app that does not read it is a problem", () => {
  expect(misplacedSettings({ api: { READ_ONLY: "true" }, gateway: { PORT: "3006" } })).toEqual([
    "READ_ONLY in the front door's settings file is the gateway's: move it to apps/databricks-gateway/.env.local",
    "PORT in the gateway's settings file is the front door's: move it to apps/api/.env.local",
  ]);
});

test("settings that both apps read, and names that neither knows, are no problem", () => {
  const both = { GATEWAY_PORT: "3002", GATEWAY_SECRET_FILE: "/run/secret", LOG_LEVEL: "info", EDITOR: "vi" };
  expect(misplacedSettings({ api: both, gateway: { ...both, LOCAL_WORKSPACE_DIR: "x" } })).toEqual([]);
});
