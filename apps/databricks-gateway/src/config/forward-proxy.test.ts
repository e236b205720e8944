import { expect, test } from "vitest";
import * as z from "zod";
import { proxyFor, proxySecrets, proxySettings } from "./forward-proxy.ts";

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

test.each(["http://u:hunter%zz2@127.0.0.1:9", "http://u%:secret@127.0.0.1:9", "http://u:%E0%A4@127.0.0.1:9"])(
  "the proxy address %s is refused for its bare percent sign, without its password",
  (address) => {
    const { error } = z.object(proxySettings).safeParse({ HTTPS_PROXY: address });
    expect(error?.issues[0]?.message).toBe(
      "has a bare % in its user name or password: write it as %25, like http://user:pass%25word@proxy.example.com:3128",
    );
  },
);

test.each([
  ["https://10.1.2.3", "10.0.0.0/8", undefined],
  ["https://10.1.2.3", "example.com,10.1.0.0/16", undefined],
  ["https://[fd00::7]", "fd00::/8", undefined],
  ["https://11.1.2.3", "10.0.0.0/8", proxy],
  ["https://10.1.2.3", "10.0.0.0/99,10.0.0/8,/8,10.0.0.0/", proxy],
  ["https://10.example.com", "10.0.0.0/8", proxy],
])("%s with NO_PROXY=%s is reached through %s", (origin, exceptions, expected) => {
  expect(proxyFor(origin, { HTTPS_PROXY: proxy, NO_PROXY: exceptions })).toBe(expected);
});
