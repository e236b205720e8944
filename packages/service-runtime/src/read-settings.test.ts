import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { readSettings } from "./read-settings.ts";
import { commaSeparated, trueOrFalse, wholeNumber } from "./setting-types.ts";
import type { Environment } from "./settings-file.ts";
import { configOf, reportOf, type SettingsReport } from "./settings-report.ts";

const definition = {
  fields: {
    PORT: wholeNumber(0, 65_535).default(3001),
    ORIGINS: commaSeparated.default([]),
    READ_ONLY: trueOrFalse,
    PASSWORD: z.string().min(3, "must have 3 characters").optional(),
  },
  secrets: ["PASSWORD"],
  prefixes: ["ORIGINS_"],
} as const;

const folder = mkdtempSync(join(tmpdir(), "read-settings-"));
let files = 0;
function file(text: string | Buffer): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, text);
  return path;
}

const values = (environment: Environment, ...paths: string[]) =>
  configOf((report) => readSettings(definition, { environment, files: paths }, report).values);
const check = (environment: Environment, ...paths: string[]) =>
  reportOf((report) => readSettings(definition, { environment, files: paths }, report));

test("the environment wins over the files, and a later file over an earlier one", () => {
  const first = file("PORT=1\nORIGINS=a\nREAD_ONLY=true\n");
  const second = file("PORT=2\nORIGINS='b, c,,'\n");
  expect(values({ PORT: "3" }, first, second)).toEqual({ PORT: 3, ORIGINS: ["b", "c"], READ_ONLY: true });
  expect(values({ PORT: " " }, first, join(folder, "absent")).PORT).toBe(1);
});

test("a secret and the file of one overrule each other, whichever is set in the higher place", () => {
  const secretFile = file("from-a-file\n\r\n");
  const named = file(`PASSWORD_FILE=${secretFile}\n`);
  const written = file("PASSWORD=written\n");
  expect(values({}, written, named).PASSWORD).toBe("from-a-file");
  expect(values({}, named, written).PASSWORD).toBe("written");
  expect(values({ PASSWORD: "environment" }, named).PASSWORD).toBe("environment");
  expect(values({ PASSWORD_FILE: secretFile }, written).PASSWORD).toBe("from-a-file");
  expect(check({ PASSWORD: "x", PASSWORD_FILE: secretFile }).problems).toEqual([
    "PASSWORD and PASSWORD_FILE are both set: leave out one of them",
  ]);
});

test("a settings file that cannot be read is the only problem that is reported", () => {
  expect(check({ PORT: "http" }, folder).problems).toEqual([
    `${folder} cannot be read (EISDIR): make it readable, or delete it`,
  ]);
});

test("a secret is never shown, and neither is the path where one was written by mistake", () => {
  const { problems } = check({ PASSWORD: "my" });
  expect(problems).toEqual(["PASSWORD must have 3 characters"]);
  expect(check({ PASSWORD_FILE: "the-secret-itself" }).problems.join()).not.toContain("the-secret");
});

test("only the first problem of a setting and of its file is kept", () => {
  const { problems } = reportOf((report: SettingsReport) => {
    report.refuse("PASSWORD_FILE", "is empty");
    report.refuse("PASSWORD", "is missing");
    report.refuse("PORT", "is in use");
  });
  expect(problems).toEqual(["PASSWORD_FILE is empty", "PORT is in use"]);
});

test("lines of a settings file that are not NAME=value are warnings, with the setting that was meant", () => {
  const settings = file(
    [
      "# a comment",
      "",
      "foo bar",
      "export PORT=1",
      "READ_ONLY true",
      "ORIGINS='a",
      "not a line of its own",
      "b'",
      "PORT=2",
      "PASWORD=abc",
      "ORIGINS_ALLOWED=a",
      "UNRELATED=x",
    ].join("\r\n"),
  );
  expect(check({}, settings).warnings).toEqual([
    `PASWORD in ${settings} is not a setting and is ignored: did you mean PASSWORD?`,
    `ORIGINS_ALLOWED in ${settings} is not a setting and is ignored: did you mean ORIGINS?`,
    `Line 3 in ${settings} is ignored: write NAME=value`,
    `Line 5 in ${settings} is ignored: write READ_ONLY=value`,
  ]);
});

test("a secret on a line of its own is not shown", () => {
  expect(check({}, file("hunter2-hunter2\n")).warnings.join()).not.toContain("hunter2");
});

test.runIf(process.getuid?.() !== 0)("a settings file of another user is a problem", () => {
  const path = file("PORT=1\n");
  chmodSync(path, 0o000);
  expect(check({}, path).problems).toEqual([expect.stringMatching(/EACCES/)]);
});

test.runIf(process.platform !== "win32")(
  "a pipe as a secret file or a settings file is refused, and not waited for",
  () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(check({ PASSWORD_FILE: pipe }).problems).toEqual([
      expect.stringMatching(/^PASSWORD_FILE cannot be read \(ENOTFILE\)/),
    ]);
    expect(() => check({}, pipe)).not.toThrow();
    expect(check({}, pipe).problems.join()).toContain("ENOTFILE");
  },
);

test.each<[string, Buffer]>([
  ["UTF-8 with a byte order mark", Buffer.from("\uFEFFPORT=2\r\n")],
  ["UTF-16, as PowerShell writes it", Buffer.from("\uFEFFPORT=2\r\n", "utf16le")],
  ["UTF-16 of the other byte order", Buffer.from("\uFEFFPORT=2\r\n", "utf16le").swap16()],
])("a settings file in %s is read", (_encoding, bytes) => {
  const path = file(bytes);
  expect(check({}, path)).toEqual({ problems: [], warnings: [] });
  expect(values({}, path).PORT).toBe(2);
});

test("a settings file or a secret file in UTF-16 without a byte order mark is refused, and the error names it", () => {
  const path = file(Buffer.from("PORT=2", "utf16le"));
  expect(check({}, path).problems).toEqual([`${path} is not text in UTF-8: save it in that encoding`]);
  expect(check({ PASSWORD_FILE: path }).problems).toEqual([
    "PASSWORD_FILE is not text in UTF-8: save it in that encoding",
  ]);
});

test("a log file taken for a settings file is reported by its first lines", () => {
  const { warnings } = check({}, file("2026-11-28 an event happened\n".repeat(5_000)));
  expect(warnings.length).toBeLessThanOrEqual(20);
});

test("a problem is one line, and shows no token that was put into the wrong setting", () => {
  const { problems } = reportOf((report) =>
    report.refuse("HOST", `is dapi${"0123456789abcdef".repeat(2)}\n[start] open`),
  );
  expect(problems).toEqual(["HOST is [redacted] [start] open"]);
});
