import { expect, test } from "vitest";
import { misplacedSettings } from "./check-settings.ts";

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
