import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { readSettingsFiles } from "./settings-files.ts";

describe("readSettingsFiles", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "settings-files-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    for (const app of ["api", "databricks-gateway"]) mkdirSync(join(root, "apps", app), { recursive: true });
  });
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);

  it("returns no settings for files that do not exist", () => {
    expect(readSettingsFiles(root, {})).toEqual({
      api: {},
      gateway: {},
      apiFile: join(root, "apps/api/.env.local"),
    });
  });

  it("reads the front door's .env.local, and the gateway's .env, over which its .env.local wins", () => {
    write("apps/api/.env.local", "PORT=80");
    write("apps/databricks-gateway/.env", "GATEWAY_PORT=1\nLOG_LEVEL=warn");
    write("apps/databricks-gateway/.env.local", "GATEWAY_PORT=2");
    expect(readSettingsFiles(root, { SETTINGS_FILE: "" })).toMatchObject({
      api: { PORT: "80" },
      gateway: { GATEWAY_PORT: "2", LOG_LEVEL: "warn" },
    });
  });

  it("reads SETTINGS_FILE instead of the front door's .env.local", () => {
    write("apps/api/.env.local", "PORT=80");
    write("mine.env", "PORT=81");
    expect(readSettingsFiles(root, { SETTINGS_FILE: join(root, "mine.env") }).api).toEqual({ PORT: "81" });
  });

  it("reads what PowerShell writes: UTF-16, and UTF-8 with a byte order mark", () => {
    write("apps/api/.env.local", "\uFEFFPORT=80");
    const gateway = join(root, "apps/databricks-gateway/.env");
    writeFileSync(gateway, Buffer.from("\uFEFFLOG_LEVEL=warn\r\n", "utf16le"));
    expect(readSettingsFiles(root, {})).toMatchObject({
      api: { PORT: "80" },
      gateway: { LOG_LEVEL: "warn" },
    });
  });

  it("throws one line for UTF-16 without a byte order mark", () => {
    const file = join(root, "apps/api/.env.local");
    writeFileSync(file, Buffer.from("PORT=80", "utf16le"));
    expect(() => readSettingsFiles(root, {})).toThrow(
      `The settings file ${file} is not text in UTF-8: save it in that encoding.`,
    );
  });

  // A folder in the file's place stands for every reason other than a missing file. Root can read a file without permission.
  it.each(["apps/api/.env.local", "apps/databricks-gateway/.env", "apps/databricks-gateway/.env.local"])(
    "throws one line when %s exists and cannot be read",
    (path) => {
      mkdirSync(join(root, path));
      expect(() => readSettingsFiles(root, {})).toThrow(
        `The settings file ${join(root, path)} cannot be read (EISDIR): make it readable or delete it.`,
      );
    },
  );
});
