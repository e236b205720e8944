import { expect, it } from "vitest";
import { apiOf } from "./api-of.ts";

it.each([
  ["/api/2.1/unity-catalog/tables/main.default.secret-name?x=1", "unity-catalog"],
  ["/api/2.0/sql/statements/01f0-abc/result/chunks/3", "sql/statements"],
  ["/api/2.0/sql/warehouses", "sql/warehouses"],
  ["/api/2.0/fs/files/Volumes/main/default/files/a.txt", "fs"],
  ["/api/2.2/jobs/runs/get?run_id=1", "jobs"],
  ["/api/2.0/preview/scim/v2/Me", "preview"],
  ["/oidc/v1/token", "login"],
  ["/a-tenant/oauth2/v2.0/token", "login"],
  ["/sql/1.0/warehouses/a1b2", "sql/thrift"],
  ["/serving-endpoints/my-model/invocations", "serving-endpoints"],
  ["/Volumes/somebody's%20file", "other"],
])("the API of %s is %s, whatever name is in it", (path, api) => {
  expect(apiOf(path)).toBe(api);
});
