import { at } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filesOfViews } from "./files-views.ts";
import { type StartedConsole, startConsole } from "./start-console.ts";
import { views } from "./views.ts";
import { violations } from "./violations.ts";
import { untilDrawn } from "./visit.ts";

describe("every page of the console", () => {
  let console_: StartedConsole;
  beforeAll(async () => {
    console_ = await startConsole();
    const { browser, stack } = console_;
    const files = await filesOfViews(await browser.newPage());
    for (const [path, body] of files) await stack.call("PUT", at("/api/files", path), { body });
  });
  afterAll(() => console_?.close());
  beforeEach(() => console_.page.setViewportSize({ width: 1280, height: 800 }));

  it.each(views.filter(({ isAlike }) => isAlike === undefined))(
    "$name: axe finds nothing, light or dark, and nothing is wider than 360 px",
    async (view) => {
      const { page } = console_;
      await view.show(page);
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await untilDrawn(page);
      expect(await violations(page, "color-contrast")).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 360, height: 740 });
      await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      await view.leave?.(page);
    },
  );

  it("keeps to the policy, logs no error, and asks no other origin for anything", () => {
    expect([console_.problems, console_.foreign]).toEqual([[], []]);
  });
});
