import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { ConfigError } from "./config-error.ts";
import { codeOf } from "./describe-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A line that dotenv ignores. */
export interface IgnoredLine {
  readonly number: number;
  readonly firstWord: string;
}

export interface FileSettings {
  readonly values: Environment;
  readonly ignoredLines: readonly IgnoredLine[];
}

/** Reads a `.env` file; a missing one is empty. Throws a {@link ConfigError} if the file cannot be read. */
export function readSettingsFile(file: string): FileSettings {
  const text = readIfThere(file);
  const values = parse(text);
  const lines = text.split(/\r\n|\r|\n/);
  const all = JSON.stringify(values);
  const ignoredLines = lines.flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line) || Object.keys(parse(line)).length > 0) return [];
    // A line of a quoted value means nothing alone, but without it the value changes.
    if (JSON.stringify(parse(lines.toSpliced(index, 1).join("\n"))) !== all) return [];
    return [{ number: index + 1, firstWord: /[\w.-]+/.exec(line)?.[0] ?? "" }];
  });
  return { values, ignoredLines };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return "";
    throw new ConfigError(`${file} cannot be read (${code}): make it readable, or delete it`);
  }
}

/** The folder of an app, from the URL of a module in its `src`, or in its `dist` if it is bundled. */
export function appFolder(moduleUrl: string): string {
  return fileURLToPath(moduleUrl).replace(/^(.*)\/(src|dist)\/.*$/s, "$1");
}
