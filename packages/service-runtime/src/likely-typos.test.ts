import { expect, test } from "vitest";
import { likelyTypos } from "./likely-typos.ts";

const known = { names: ["PORT", "HOST", "LOG_LEVEL", "DATABRICKS_TOKEN"], prefixes: ["LOG_"] };

test.each([
  ["PROT", "PORT"],
  ["HOTS", "HOST"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["LOG_LEVLE", "LOG_LEVEL"],
  ["LOG_FORMAT", "LOG_LEVEL"],
  ["DATABRICKS_TOKE", "DATABRICKS_TOKEN"],
])("%s is reported as a typo of %s", (name, meant) => {
  expect(likelyTypos([name], known)).toEqual([{ name, meant }]);
});

test.each(["PORT", "HOME", "PATH", "PWD", "TERM", "DATABRICKS_HOST", "LOG_SERVICE_HOST", "LOG_PORT_80_TCP"])(
  "%s is not reported as a typo",
  (name) => expect(likelyTypos([name], known)).toEqual([]),
);
