import { readFileSync, statSync } from "node:fs";

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, as PowerShell writes it. Throws the system's error, or
 * one of code ENOTFILE for a pipe or a device, which may have no end, or of code ENOTTEXT for UTF-16 without a mark.
 */
export function readRegularFile(file: string): string {
  const found = statSync(file);
  if (!found.isFile() && !found.isDirectory()) throw withCode("ENOTFILE", `${file} is not a regular file`);
  const bytes = readFileSync(file);
  // Each decoder leaves its mark out.
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw withCode("ENOTTEXT", `${file} is not text in UTF-8`);
  return text;
}

function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function withCode(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
