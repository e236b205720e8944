import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const isThere = (path: string) => existsSync(join(root, path));
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const files = tracked.split("\n").filter(isThere);
const pages = files.filter((path) => path.endsWith(".md"));
const cited = files.filter((path) => /\.(md|ts|sh|ya?ml|jsonc?)$/.test(path) && path !== "pnpm-lock.yaml");

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return Array.from(read(page).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

test("every relative link of a page leads to a file or a heading of this repository", () => {
  const broken = pages.flatMap((page) =>
    Array.from(read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)).flatMap(
      ([link, path = "", anchor]) => {
        const target = path === "" ? page : join(dirname(page), path);
        const leads = isThere(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
        return leads ? [] : [`${page}: ${link}`];
      },
    ),
  );
  expect(broken).toEqual([]);
});

test("every page, SDK row and driver row that a file cites is there", () => {
  const rows = Array.from(read("docs/sdk-transport.md").matchAll(/^\| (\d+) \| /gm), ([, number]) =>
    Number(number),
  );
  expect(rows).toEqual([...range(17), ...range(14)]);
  const missing = cited.flatMap((path) => {
    const text = read(path);
    const docs = Array.from(text.matchAll(/\bdocs\/[\w./-]+\.md\b/g), ([page]) => page);
    const numbers = Array.from(
      text.matchAll(/sdk-transport\.md, (SDK|driver) (\d+)(?: (?:and|to) (\d+))?/g),
      ([citation, list, ...given]) => ({
        citation,
        numbers: given.filter((each) => each !== undefined).map(Number),
        most: list === "SDK" ? 17 : 14,
      }),
    );
    return [
      ...docs.filter((page) => !isThere(page)),
      ...numbers
        .filter((each) => each.numbers.some((number) => number > each.most))
        .map(({ citation }) => citation),
    ].map((citation) => `${path}: ${citation}`);
  });
  expect(missing).toEqual([]);
});

function range(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}
