import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

test("missing and empty settings take their defaults", () => {
  const defaults = {
    port: 3003,
    dir: ".local-workspace",
    tls: true,
    sampleData: true,
    seedFile: undefined,
    logLevel: "info",
  };
  expect(readConfig({})).toEqual(defaults);
  expect(readConfig({ LOCAL_WORKSPACE_PORT: "", LOG_LEVEL: "" })).toEqual(defaults);
});

test.each([
  ["LOCAL_WORKSPACE_PORT", "http", "a port number from 0 to 65535"],
  ["LOCAL_WORKSPACE_PORT", "65536", "a port number from 0 to 65535"],
  ["LOCAL_WORKSPACE_PORT", "1.5", "a port number from 0 to 65535"],
  ["LOCAL_WORKSPACE_TLS", "yes", "true or false"],
  ["LOG_LEVEL", "loud", "one of fatal, error"],
])("%s=%s is rejected with an error that names the setting and its valid values", (name, value, expected) => {
  const read = () => readConfig({ [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(`${name} must be ${expected}`);
});
