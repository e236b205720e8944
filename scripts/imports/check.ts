// Part of ./scripts/check.sh: checks the repository in the working directory, or the folder that is its argument.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkImports } from "./check-imports.ts";

const root = process.argv[2] ?? ".";
const paths = globSync("{apps,packages,bench,scripts}/**/{*.ts,*.tsx,*.mts,*.js,*.mjs,package.json}", {
  cwd: root,
  exclude: ["**/node_modules", "**/dist"],
}).toSorted();
const problems = checkImports(new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")])));
for (const problem of problems) console.error(problem);
if (paths.length === 0) console.error(`no source files in ${root}`);
process.exitCode = problems.length > 0 || paths.length === 0 ? 1 : 0;
