import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entraTokenPath, exchangeRequest, secretRequest } from "./token-request.ts";
import { tokenInFile } from "./workload-token.ts";

test("a service principal sends its secret in a header, both parts form-encoded", () => {
  const { headers, form } = secretRequest({ clientId: "an id", clientSecret: "a:b" });
  expect(headers).toEqual({ authorization: `Basic ${Buffer.from("an+id:a%3Ab").toString("base64")}` });
  expect(form).toEqual({ grant_type: "client_credentials", scope: "all-apis" });
});

test("a service principal of Entra ID asks its own tenant for a token for Databricks", () => {
  const login = { tenantId: "../a tenant", clientId: "app", clientSecret: "s" };
  expect(entraTokenPath(login)).toBe("/..%2Fa%20tenant/oauth2/token");
  expect(secretRequest(login)).toEqual({
    form: {
      grant_type: "client_credentials",
      client_id: "app",
      client_secret: "s",
      resource: "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    },
  });
});

test("a workload exchanges the token in its file as RFC 8693 says", () => {
  const folder = mkdtempSync(join(tmpdir(), "token-"));
  try {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "aaa.bbb.ccc\n");
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: "aaa.bbb.ccc",
      scope: "all-apis",
    };
    expect(exchangeRequest(tokenInFile(tokenFile), undefined)).toEqual({ form });
    expect(exchangeRequest(tokenInFile(tokenFile), "app")).toEqual({ form: { ...form, client_id: "app" } });
    writeFileSync(tokenFile, '{"token": "aaa.bbb.ccc"}');
    expect(() => tokenInFile(tokenFile)).toThrow("JSON Web Token");
    expect(() => tokenInFile(folder)).toThrow("cannot be read");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
