import { expect, test } from "vitest";
import { checkSettings, parseConfig } from "./config.ts";

const base = { GATEWAY_SECRET: "0123456789abcdef", DATABRICKS_HOST: "https://w.example" };
const jwt = "aaa.bbb.ccc";
const problemsOf = (settings: Record<string, string>) =>
  checkSettings({ ...base, ...settings }, "/absent").problems;

test.each([
  ["file-oidc", ["DATABRICKS_OIDC_TOKEN_FILEPATH"]],
  ["env-oidc", ["DATABRICKS_OIDC_TOKEN"]],
  ["github-oidc", ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"]],
])("DATABRICKS_AUTH_TYPE=%s needs %j, and no other identity takes its place", (kind, names) => {
  expect(problemsOf({ DATABRICKS_AUTH_TYPE: kind, DATABRICKS_TOKEN: "t" })).toEqual(
    names.map((name) => `${name} is missing: DATABRICKS_AUTH_TYPE is ${kind}`),
  );
});

test("DATABRICKS_AUTH_TYPE of another kind is ignored", () => {
  const { workspaces } = parseConfig({ ...base, DATABRICKS_AUTH_TYPE: "pat", DATABRICKS_TOKEN: "t" });
  expect(workspaces[0].identity).toEqual({ kind: "pat", credentials: { token: "t" } });
});

test("the token of a workload is a secret, whichever variable has it", () => {
  const named = { DATABRICKS_OIDC_TOKEN_ENV: "PLATFORM_TOKEN", PLATFORM_TOKEN: jwt };
  for (const settings of [{ DATABRICKS_OIDC_TOKEN: jwt }, named]) {
    const { secrets, workspaces } = parseConfig({ ...base, ...settings });
    expect(secrets).toContain(jwt);
    expect(workspaces[0].identity).toEqual({
      kind: "env-oidc",
      credentials: { workloadToken: jwt, clientId: undefined },
    });
  }
});

test("a variable without a token, and a token request over plain http, are problems", () => {
  const [problem] = problemsOf({ DATABRICKS_OIDC_TOKEN_ENV: "ABSENT" });
  expect(problem).toBe(
    "DATABRICKS_OIDC_TOKEN_ENV must name a variable of the environment that has a JSON Web Token",
  );
  const github = { DATABRICKS_AUTH_TYPE: "github-oidc", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" };
  const [plain] = problemsOf({ ...github, ACTIONS_ID_TOKEN_REQUEST_URL: "http://ci.example/token" });
  expect(plain).toContain("ACTIONS_ID_TOKEN_REQUEST_URL must begin with https://");
});
