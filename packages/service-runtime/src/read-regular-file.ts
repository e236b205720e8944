import { readFileSync, statSync } from "node:fs";

/** The text of a file. Throws the system's error, or one of code ENOTFILE for a pipe or a device, which may have no end. */
export function readRegularFile(file: string): string {
  const found = statSync(file);
  if (found.isFile() || found.isDirectory()) return readFileSync(file, "utf8");
  throw Object.assign(new Error(`${file} is not a regular file`), { code: "ENOTFILE" });
}
