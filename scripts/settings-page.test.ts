import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) =>
  Array.from(text.matchAll(pattern), ([, name = ""]) => name.toUpperCase());

test("docs/settings.md has every setting of both processes, and otherwise only those of the local workspace", () => {
  const templates = ["apps/api", "apps/databricks-gateway"]
    .map((app) => read(`${app}/.env.template`))
    .join("\n");
  const firstCells = Array.from(
    read("docs/settings.md").matchAll(/^\| (`[^|]+) \|/gm),
    ([, cell]) => cell,
  ).join();
  const settings = namesIn(templates, /^(?:# )?(\w+)=/gm);
  const documented = namesIn(firstCells, /`(\w+)`/g);
  expect(settings.filter((name) => !documented.includes(name))).toEqual([]);
  const others = documented.filter((name) => !settings.includes(name));
  expect(others.filter((name) => !name.startsWith("LOCAL_WORKSPACE_"))).toEqual([]);
});
