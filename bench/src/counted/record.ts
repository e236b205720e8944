import { writeFileSync } from "node:fs";
import { countWork } from "./count-work.ts";

/** Writes the counts of today into the file that the check compares with. */
export async function recordBaseline(): Promise<void> {
  const text = JSON.stringify(await countWork(), undefined, 2);
  writeFileSync(new URL("../../baseline.json", import.meta.url), `${text}\n`);
}
