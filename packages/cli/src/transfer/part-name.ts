import { createHash } from "node:crypto";

const [before, after] = [".front-door-", ".part"];

/** The name of a file that is not whole yet: always the same for the same version of the same thing, and for nothing else. */
export function partName(of: string, version = ""): string {
  return `${beginning(of)}${digest(version)}${after}`;
}

/** Whether a name is that of a part of this thing, in whatever version. */
export function isPartOf(of: string, name: string): boolean {
  return name.startsWith(beginning(of)) && name.endsWith(after);
}

function beginning(of: string): string {
  return `${before}${digest(of)}-`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/**
 * Whether a file of this name could take the place of a part. Some disks take names for the same that differ in case, in the
 * form of a letter, or by a character that is not shown.
 */
export function isPartName(name: string): boolean {
  const folded = name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toLowerCase();
  return folded.startsWith(before) && folded.endsWith(after);
}
