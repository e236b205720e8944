import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

// Gives the repository another version and today's date in CHANGELOG.md: node scripts/set-version.ts <version>
// ./scripts/release.sh runs it.

const root = resolve(import.meta.dirname, "..");
const [next] = process.argv.slice(2);
if (next === undefined) throw new Error("usage: node scripts/set-version.ts <version>");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Where the version is, and what stands around it. The operations keep the version that they came with. */
const places: readonly (readonly [files: string, before: string, after: string])[] = [
  ["{package.json,{apps,packages}/*/package.json,{bench,scripts}/package.json}", '\n  "version": "', '"'],
  ["Dockerfile", "\nARG VERSION=", "\n"],
  ["docker-compose.yml", "databricks-front-door:", "}"],
  ["deploy/kubernetes/base/kustomization.yaml", "newTag: ", "\n"],
  ["{docs/local-workspace,packages/{api-client,cli,local-workspace}/README}.md", "-", ".tgz"],
];
for (const [files, before, after] of places) {
  for (const file of globSync(files, { cwd: root }))
    replace(file, before + version + after, before + next + after);
}
const date = new Date().toISOString().slice(0, 10);
const log = replace("CHANGELOG.md", "\n## Unreleased\n", `\n## Unreleased\n\n## ${next} - ${date}\n`);
const [, , section = ""] = log.split(/^## /m);
if (!section.includes("\n- "))
  throw new Error('CHANGELOG.md has no line under "Unreleased", so there is nothing to release');

/** Replaces a text wherever it is in the file, and returns what the file then is. Throws if it is nowhere. */
function replace(file: string, old: string, text: string): string {
  const path = join(root, file);
  const content = readFileSync(path, "utf8");
  if (!content.includes(old))
    throw new Error(`${file} does not have ${JSON.stringify(old)}: say where its version is`);
  const replaced = content.replaceAll(old, text);
  writeFileSync(path, replaced);
  return replaced;
}
