import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { productVersion } from "./product-version.ts";

const root = new URL("../../../", import.meta.url);
const manifests = globSync(
  ["package.json", "{apps,packages}/*/package.json", "{bench,scripts}/package.json"],
  { cwd: root },
);

test.each(manifests)("%s has the version of the product", (file) => {
  const { version } = JSON.parse(readFileSync(new URL(file, root), "utf8")) as { readonly version: string };
  expect(version).toBe(productVersion);
});

test("every package of the product is looked at", () => expect(manifests.length).toBeGreaterThan(9));
