import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in the page, by all of its rules or by one of them. */
export async function violations(page: Page, rule?: string) {
  await page.evaluate(`globalThis.axe ?? (() => { ${axe} })()`);
  const options = rule === undefined ? "" : JSON.stringify({ runOnly: [rule] });
  const found = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
