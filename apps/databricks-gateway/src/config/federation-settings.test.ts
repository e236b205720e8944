import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkSettings, parseConfig } from "./config.ts";

const base = {
  GATEWAY_SECRET: "0123456789abcdef",
  DATABRICKS_HOST: "https://w.example",
  DATABRICKS_TOKEN: "t",
};
const ofProvider = { OIDC_ISSUER: "https://id.example", OIDC_AUDIENCE: "front-door" };
const problemsOf = (settings: Record<string, string>, folder = "/absent") =>
  checkSettings({ ...base, ...settings }, folder).problems;

test("no JWT is exchanged unless OIDC_RUN_AS says so, whatever the front door's settings are", () => {
  expect(parseConfig({ ...base, ...ofProvider }).federation).toBeUndefined();
  expect(parseConfig({ ...base, ...ofProvider, OIDC_RUN_AS: "gateway" }).federation).toBeUndefined();
  expect(parseConfig({ ...base, ...ofProvider, OIDC_RUN_AS: "user" }).federation).toEqual({
    issuer: "https://id.example",
    audience: "front-door",
    principalsFile: undefined,
  });
});

test("OIDC_RUN_AS needs an issuer, an audience and for service principals a file", () => {
  expect(problemsOf({ OIDC_RUN_AS: "user" })).toEqual([
    "OIDC_ISSUER is required with OIDC_RUN_AS=user",
    "OIDC_AUDIENCE is required with OIDC_RUN_AS=user",
  ]);
  expect(problemsOf({ ...ofProvider, OIDC_RUN_AS: "service-principal" })).toEqual([
    "OIDC_PRINCIPALS_FILE is required with OIDC_RUN_AS=service-principal",
  ]);
  expect(problemsOf({ ...ofProvider, OIDC_RUN_AS: "everybody" })[0]).toMatch(
    /^OIDC_RUN_AS must be gateway, user, or service-principal/,
  );
});

test("a file of service principals that nothing reads, or that cannot be used, is a problem of a start", () => {
  const folder = mkdtempSync(join(tmpdir(), "principals-"));
  try {
    const file = join(folder, "principals.jsonl");
    const settings = { ...ofProvider, OIDC_PRINCIPALS_FILE: file };
    const asPrincipal = { ...settings, OIDC_RUN_AS: "service-principal" };
    expect(problemsOf(asPrincipal)[0]).toMatch(/^OIDC_PRINCIPALS_FILE \S+ cannot be used \(ENOENT\)/);
    writeFileSync(file, '# roles\n{"claim":"groups","value":"finance"}\n');
    expect(problemsOf(asPrincipal)[0]).toContain(" cannot be used (line 2: application_id");
    writeFileSync(file, '{"claim":"groups","value":"finance","application_id":"id"}\n');
    expect(problemsOf(asPrincipal)).toEqual([]);
    expect(problemsOf(settings)).toEqual([
      "OIDC_PRINCIPALS_FILE is set, and OIDC_RUN_AS is gateway: set OIDC_RUN_AS=service-principal, or leave it out",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
