import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing but what is reported, and no request for what a page has loaded already. */
const quick = { resultTypes: ["violations"], preload: false };
/**
 * axe takes a dialog for a place of its own, outside of the landmarks. A menu or a list that has opened is one for the same
 * reasons: its button leads to it, it has the focus while it is there, and it goes with it.
 */
const popups = {
  options: {
    regionMatcher: "dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], svg",
  },
};

/** Rows that are made as the ones before them. */
const alike = ["tbody tr:nth-child(n+6)", '[role="grid"] [role="row"]:nth-child(n+9)'];

/** What axe finds in the page, by all of its rules or by one of them. */
export async function violations(page: Page, rule?: string) {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const options = {
    ...quick,
    checks: { region: popups },
    ...(rule === undefined ? {} : { runOnly: [rule] }),
  };
  const found = await page.evaluate<AxeResults>(
    `axe.run({ exclude: ${JSON.stringify(alike)} }, ${JSON.stringify(options)})`,
  );
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
