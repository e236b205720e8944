import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../output/usage-error.ts";
import { readConnection } from "./read-connection.ts";

const folder = mkdtempSync(join(tmpdir(), "front-door-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, profile?: string) {
  const file = join(folder, "config");
  writeFileSync(file, text, { mode: 0o600 });
  return readConnection(profile, { FRONT_DOOR_CONFIG_FILE: file });
}

function named(file: string) {
  return () => readConnection(undefined, { FRONT_DOOR_CONFIG_FILE: file });
}

const url = "url = https://data.example.com\n";

describe("the configuration file", () => {
  it.each([
    ["a field above the sections", `${url}[other]\n${url}`, "a field must stand below a section"],
    ["a section with a dot in its name", `[DEFAULT]\n${url}[prod.eu]\n${url}`, "got [prod.eu]"],
    ["a list", `[DEFAULT]\nurl[] = https://data.example.com\n`, "got [DEFAULT.url]"],
    ["an empty value", `[DEFAULT]\n${url}api_key =\n`, "api_key must have a value"],
    ["a value that is all comment", `[DEFAULT]\n${url}api_key = ;abc\n`, "api_key must have a value"],
    ["a field without a value", `[DEFAULT]\n${url}token\n`, "token must have a value"],
    [
      "something after a quoted value",
      `[DEFAULT]\n${url}token = "a;b" ; comment\n`,
      "token must end with its quote",
    ],
    ["a value that is no text", `[DEFAULT]\n${url}token = null\n`, "token must have a value"],
  ])("is refused with %s", (_what, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  it("is refused if it was named and is not there, or cannot be read", () => {
    expect(named(join(folder, "nowhere"))).toThrow("nowhere, which does not exist");
    expect(named(folder)).toThrow(UsageError);
    expect(named(folder)).toThrow(`${folder} cannot be read: illegal operation on a directory.`);
  });

  it("need not be there if nothing names it", () => {
    expect(readConnection(undefined, { XDG_CONFIG_HOME: folder }).url).toBe("http://127.0.0.1:3001");
  });

  it("may begin with a byte order mark, and a value in quotes may have ; and #", () => {
    const { apiKey } = read(`\ufeff; comment\n[DEFAULT]\n${url}api_key = "abc;def#g"\n`);
    expect(apiKey).toBe("abc;def#g");
  });
});
