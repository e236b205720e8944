import { expect, test } from "vitest";
import { firstRequest } from "./first-request.ts";

test.each([
  [undefined, "try: curl http://a:1/api/catalogs"],
  ["none", "try: curl http://a:1/api/catalogs"],
  ["api-key", "try: curl -H 'X-Api-Key: <key>' http://a:1/api/catalogs"],
  ["oidc", "try: curl -H 'Authorization: Bearer <JWT>' http://a:1/api/catalogs"],
  ["databricks", "sign in: http://a:1/auth/login"],
  ["api-key,databricks", "try: curl -H 'X-Api-Key: <key>' http://a:1/api/catalogs"],
  [" databricks , api-key", "sign in: http://a:1/auth/login"],
  ["forwarded", "callers come through its trusted proxy"],
])("with API_AUTH=%s the start script says: %s", (signIn, words) => {
  expect(firstRequest("http://a:1", signIn)).toBe(words);
});
