import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, checkSettings, readConfig } from "./config.ts";

test("missing and empty settings take their defaults", () => {
  const defaults = {
    port: 3003,
    dir: ".local-workspace",
    tls: true,
    sampleData: true,
    seedFile: undefined,
    warehouseStartMs: 0,
    logLevel: "info",
  };
  expect(readConfig({})).toEqual(defaults);
  expect(readConfig({ LOCAL_WORKSPACE_PORT: "", LOG_LEVEL: "" })).toEqual(defaults);
});

test.each([
  ["LOCAL_WORKSPACE_PORT", "http", "must be between 0 and 65535"],
  ["LOCAL_WORKSPACE_PORT", "65536", "must be between 0 and 65535"],
  ["LOCAL_WORKSPACE_PORT", "1.5", "must be between 0 and 65535"],
  ["LOCAL_WORKSPACE_TLS", "yes", "must be true or false"],
  ["LOG_LEVEL", "loud", "must be trace, debug"],
])("%s=%s is rejected with an error that names the setting and its valid values", (name, value, expected) => {
  const read = () => readConfig({ [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(`${name} ${expected}`);
  expect(read).toThrow(`(got ${value})`);
});

const folder = mkdtempSync(join(tmpdir(), "local-workspace-config-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("all problems are reported at once", () => {
  const environment = {
    LOCAL_WORKSPACE_PORT: "70000",
    LOCAL_WORKSPACE_TLS: "yes",
    LOCAL_WORKSPACE_DIR: file("a-file", ""),
    LOCAL_WORKSPACE_SEED: join(folder, "absent"),
  };
  expect(checkSettings(environment).problems).toEqual([
    "LOCAL_WORKSPACE_PORT must be between 0 and 65535 (got 70000)",
    "LOCAL_WORKSPACE_TLS must be true or false (got yes)",
    expect.stringMatching(
      /^LOCAL_WORKSPACE_DIR must be a folder that this user can write to \(got .*a-file: ENOTDIR\)$/,
    ),
    expect.stringMatching(
      /^LOCAL_WORKSPACE_SEED cannot be used: seed file .*absent cannot be read \(ENOENT\)$/,
    ),
  ]);
});

test("a folder that can be made is no problem, and is not left behind", () => {
  const dir = join(folder, "new", "deep");
  expect(checkSettings({ LOCAL_WORKSPACE_DIR: dir }).problems).toEqual([]);
  expect(existsSync(join(folder, "new"))).toBe(false);
});

test.runIf(existsSync("/proc"))("a folder that the system refuses is a problem, and not waited for", () => {
  expect(checkSettings({ LOCAL_WORKSPACE_DIR: "/proc/a/b" }).problems).toHaveLength(1);
});

test("a seed file that is not JSON, or not a seed, is a problem whose line shows none of its text", () => {
  const check = (seed: string) =>
    checkSettings({ LOCAL_WORKSPACE_DIR: folder, LOCAL_WORKSPACE_SEED: seed }).problems;
  expect(check(file("text", "the-token"))).toEqual([expect.stringMatching(/is invalid: Invalid input/)]);
  expect(check(file("text", "the-token")).join()).not.toContain("the-token");
  expect(check(file("object", '{"metastoreId": 1}'))).toEqual([
    expect.stringMatching(/is invalid: metastoreId: /),
  ]);
  expect(check(folder)).toEqual([expect.stringMatching(/is not a file$/)]);
});

test.runIf(existsSync("/dev/zero"))("a seed file that has no end is a problem, and not read", () => {
  const { problems } = checkSettings({ LOCAL_WORKSPACE_DIR: folder, LOCAL_WORKSPACE_SEED: "/dev/zero" });
  expect(problems).toEqual([expect.stringMatching(/is not a file$/)]);
});
