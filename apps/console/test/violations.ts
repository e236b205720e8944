import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing but what is reported, and no request for what a page has loaded already. */
const quick = { resultTypes: ["violations"], preload: false };
/** A menu or a list that has opened stands outside of the landmarks, as a dialog does. */
const popups = {
  options: {
    regionMatcher: "dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], [aria-live], svg",
  },
};

/** What axe finds in the page, by all of its rules or by one of them. */
export async function violations(page: Page, rule?: string) {
  await page.evaluate(`globalThis.axe ?? (() => { ${axe} })()`);
  const options = {
    ...quick,
    checks: { region: popups },
    ...(rule === undefined ? {} : { runOnly: [rule] }),
  };
  const found = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
