import { expect, test } from "vitest";
import { proxyFor, proxySecrets } from "./forward-proxy.ts";

const workspace = "https://adb-1.azuredatabricks.net";
const proxy = "http://proxy.example.com:3128/";

test.each([
  [{ HTTPS_PROXY: proxy }, proxy],
  [{ https_proxy: proxy, HTTPS_PROXY: "http://other.example.com/" }, proxy],
  [{ HTTP_PROXY: proxy }, proxy],
  [{ HTTP_PROXY: "http://other.example.com/", HTTPS_PROXY: proxy }, proxy],
  [{}, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "*" }, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "adb-1.azuredatabricks.net" }, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "localhost, .azuredatabricks.net" }, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "*.azuredatabricks.net" }, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "AzureDatabricks.NET:443" }, undefined],
  [{ HTTPS_PROXY: proxy, no_proxy: "adb-1.azuredatabricks.net", NO_PROXY: "" }, undefined],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "azuredatabricks.net:8443" }, proxy],
  [{ HTTPS_PROXY: proxy, NO_PROXY: "databricks.net,1.azuredatabricks.net" }, proxy],
  [{ HTTPS_PROXY: proxy, NO_PROXY: ",, " }, proxy],
])("with %j a workspace is reached through %s", (settings, expected) => {
  expect(proxyFor(workspace, settings)).toBe(expected);
});

test.each(["http://127.0.0.1:3003", "https://localhost", "https://[::1]:3003"])(
  "%s is never reached through a proxy",
  (origin) => {
    expect(proxyFor(origin, { HTTPS_PROXY: proxy })).toBeUndefined();
  },
);

test("a password in a proxy's address is a secret, both percent-encoded and decoded", () => {
  expect(proxySecrets({ HTTPS_PROXY: "http://user:p%40ss@proxy.example.com/" })).toEqual(["p%40ss", "p@ss"]);
  expect(proxySecrets({ HTTPS_PROXY: proxy })).toEqual([]);
});
