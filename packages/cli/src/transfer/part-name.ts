import { createHash } from "node:crypto";

const [before, after] = [".front-door-", ".part"];

/** The name of a file that is not whole yet: always the same for the same facts, and for no others. */
export function partName(...facts: readonly string[]): string {
  return `${before}${createHash("sha256").update(JSON.stringify(facts)).digest("hex")}${after}`;
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
