import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import type { Environment } from "./read-settings.ts";

export interface FileSettings {
  readonly values: Environment;
  /** The numbers and the first words of lines that dotenv makes nothing of. */
  readonly ignoredLines: readonly { readonly number: number; readonly firstWord: string }[];
}

/** Reads a `.env` file; one that is not there says nothing. Throws the system's error when it cannot be read. */
export function readSettingsFile(file: string): FileSettings {
  const text = readIfThere(file);
  const values = parse(text);
  const lines = text.split(/\r\n|\r|\n/);
  const all = JSON.stringify(values);
  const ignoredLines = lines.flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line) || Object.keys(parse(line)).length > 0) return [];
    // A line inside a quoted value says nothing alone, and is missed where it is left out.
    if (JSON.stringify(parse(lines.toSpliced(index, 1).join("\n"))) !== all) return [];
    return [{ number: index + 1, firstWord: /[\w.-]+/.exec(line)?.[0] ?? "" }];
  });
  return { values, ignoredLines };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** The folder of an app, from the URL of a module in its `src`, or in its `dist` when it is bundled. */
export function appFolder(moduleUrl: string): string {
  return fileURLToPath(moduleUrl).replace(/^(.*)\/(src|dist)\/.*$/s, "$1");
}
