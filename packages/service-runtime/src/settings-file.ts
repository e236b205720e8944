import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { ConfigError } from "./config-error.ts";
import { codeOf } from "./describe-error.ts";
import { readRegularFile } from "./read-regular-file.ts";

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

const ignoredLinesMax = 20;

/** Reads a `.env` file; a missing one is empty. Throws a {@link ConfigError} if the file cannot be read. */
export function readSettingsFile(file: string): FileSettings {
  const text = readIfThere(file);
  const values = parse(text);
  const lines = text.split(/\r\n|\r|\n/);
  const all = JSON.stringify(values);
  const ignoredLines: IgnoredLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line) || Object.keys(parse(line)).length > 0) continue;
    // Each look parses the whole file; one with more such lines is another file by mistake.
    if (ignoredLines.length === ignoredLinesMax) break;
    // A line of a quoted value means nothing alone, but without it the value changes.
    if (JSON.stringify(parse(lines.toSpliced(index, 1).join("\n"))) !== all) continue;
    ignoredLines.push({ number: index + 1, firstWord: /[\w.-]+/.exec(line)?.[0] ?? "" });
  }
  return { values, ignoredLines };
}

function readIfThere(file: string): string {
  try {
    return readRegularFile(file);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return "";
    if (code === "ENOTTEXT") throw new ConfigError(`${file} is not text in UTF-8: save it in that encoding`);
    throw new ConfigError(`${file} cannot be read (${code}): make it readable, or delete it`);
  }
}

/** The folder of an app, from the URL of a module in its `src`, or in its `dist` if it is bundled. */
export function appFolder(moduleUrl: string): string {
  return fileURLToPath(moduleUrl).replace(/^(.*)\/(src|dist)\/.*$/s, "$1");
}
