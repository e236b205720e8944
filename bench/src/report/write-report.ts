import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BenchResult } from "../results.ts";
import { markdownOf } from "./markdown.ts";
import { plotOf } from "./svg.ts";

const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));
/** What the figures mean for a user; a person writes it. */
const whatToExpect = new URL("../../what-to-expect.md", import.meta.url);

/** Writes docs/performance.md and the plots beside it. */
export function writeReport(result: BenchResult): void {
  rmSync(`${docs}performance`, { recursive: true, force: true });
  mkdirSync(`${docs}performance`);
  for (const scenario of result.scenarios)
    writeFileSync(`${docs}performance/${scenario.name}.svg`, plotOf(scenario));
  writeFileSync(`${docs}performance.md`, markdownOf(result, readFileSync(whatToExpect, "utf8")));
}
