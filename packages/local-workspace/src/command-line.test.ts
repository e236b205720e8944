import { expect, test, vi } from "vitest";
import { connection, readCommandLine } from "./command-line.ts";
import { ConfigError, environmentWith, readConfig, settingNames } from "./config.ts";
import { defaultSeed } from "./state/seed.ts";

test("a flag takes the place of its setting, and the other settings stay", () => {
  vi.stubEnv("LOCAL_WORKSPACE_PORT", "4000");
  vi.stubEnv("LOCAL_WORKSPACE_DIR", "from-the-environment");
  const { settings } = readCommandLine(["--port", "5000"]) as { settings: Record<string, string> };
  expect(readConfig(environmentWith(settings))).toMatchObject({ port: 5000, dir: "from-the-environment" });
  expect(readCommandLine(["--dir=elsewhere"])).toEqual({ settings: { LOCAL_WORKSPACE_DIR: "elsewhere" } });
});

test.each([["--host"], ["serve"], ["--port"], ["--version=1"]])(
  "%s is refused as a wrong argument",
  (arg) => {
    expect(() => readCommandLine([arg])).toThrow(ConfigError);
  },
);

test("--help names every setting", () => {
  const { print } = readCommandLine(["--help"]) as { print: string };
  expect(settingNames.filter((name) => !print.includes(name))).toEqual([]);
});

test("what a terminal shows connects a client", () => {
  expect(connection("https://127.0.0.1:3003", "/state/tls/ca.pem", defaultSeed)).toBe(
    `  address    https://127.0.0.1:3003
  CA         /state/tls/ca.pem
  token      local-token-alice (alice@example.com)
  HTTP path  /sql/1.0/warehouses/a1b2c3d4e5f60718 (Starter Warehouse)
`,
  );
});

test("a terminal shows no line for what a workspace does not have", () => {
  const bare = { ...defaultSeed, users: [], warehouses: [] };
  expect(connection("http://127.0.0.1:3003", undefined, bare)).toBe("  address    http://127.0.0.1:3003\n");
});
