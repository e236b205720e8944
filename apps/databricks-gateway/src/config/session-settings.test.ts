import { ConfigError } from "@front-door/service-runtime";
import { expect, test } from "vitest";
import { parseConfig } from "./config.ts";

const [key, oldKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const base = {
  GATEWAY_SECRET: "a-secret-of-the-tests",
  DATABRICKS_HOST: "https://w.example.com",
  DATABRICKS_TOKEN: "t",
};
const app = { DATABRICKS_OAUTH_CLIENT_ID: "app", DATABRICKS_OAUTH_CLIENT_SECRET: "the-apps-secret" };
const redis = { REDIS_URL: "redis://:the-password@redis.example" };

function problems(settings: Record<string, string>): readonly string[] {
  try {
    parseConfig({ ...base, ...settings });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("nobody signs in without an OAuth app, whatever else is set", () => {
  expect(parseConfig({ ...base, ...redis }).sessions).toBeUndefined();
});

test("sessions have defaults for all but the app, and are in memory", () => {
  expect(parseConfig({ ...base, DATABRICKS_OAUTH_CLIENT_ID: "app" }).sessions).toEqual({
    app: { clientId: "app", clientSecret: undefined, scopes: "all-apis offline_access" },
    idleMs: 2 * 3_600_000,
    maxMs: 12 * 3_600_000,
    redis: undefined,
  });
});

test("SESSION_KEY takes several keys, and no log shows a secret of sessions", () => {
  const both = `${key.toString("base64")}, ${oldKey.toString("base64")}`;
  const { sessions, secrets } = parseConfig({ ...base, ...app, ...redis, SESSION_KEY: both });
  expect(sessions?.redis).toEqual({ url: redis.REDIS_URL, keys: [key, oldKey] });
  const all = [
    "the-apps-secret",
    "the-password",
    redis.REDIS_URL,
    ...[key, oldKey].map((each) => each.toString("base64")),
  ];
  expect(secrets).toEqual(expect.arrayContaining(all));
});

test.each<[Record<string, string>, RegExp]>([
  [{ DATABRICKS_OAUTH_CLIENT_SECRET: "s" }, /^DATABRICKS_OAUTH_CLIENT_ID is missing/],
  [{ ...app, ...redis }, /^SESSION_KEY is missing/],
  [{ ...app, ...redis, SESSION_KEY: "canary" }, /^SESSION_KEY must be 32 bytes in base64/],
  [
    { ...app, ...redis, SESSION_KEY: `${key.toString("base64")},canary` },
    /^SESSION_KEY must be 32 bytes in base64/,
  ],
  [{ ...app, SESSION_IDLE_MINUTES: "0" }, /^SESSION_IDLE_MINUTES must be between 1 and 20000/],
  [{ ...app, SESSION_MAX_HOURS: "9000" }, /^SESSION_MAX_HOURS must be between 1 and 8760/],
  [{ ...app, DATABRICKS_OAUTH_SCOPES: "a  b" }, /^DATABRICKS_OAUTH_SCOPES must be names of scopes/],
  [{ ...app, REDIS_URL: "http://:canary@redis.example" }, /^REDIS_URL must be redis:/],
])("refuses %j in one line that shows no secret", (settings, message) => {
  const found = problems(settings);
  expect(found).toEqual([expect.stringMatching(message)]);
  expect(found.join()).not.toContain("canary");
});
