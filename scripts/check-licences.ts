import { execFileSync } from "node:child_process";

// Fails when a production dependency has a licence that nobody here has agreed to: node scripts/check-licences.ts

/** Each lets anybody ship the package unchanged in an image or a bundle, with its notice and nothing else. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
]);

/** Packages with another licence, or with one that no program can read, and why they may be used all the same. */
const exceptions: Readonly<Record<string, string>> = {
  "@fontsource-variable/geist": "OFL-1.1: a font may be part of a program that is sold",
  "@fontsource-variable/geist-mono": "OFL-1.1",
  flatbuffers: "its LICENSE file is Apache-2.0",
  lightningcss: "MPL-2.0: it builds the console's styles and is in no image and no package",
};

interface Dependency {
  readonly name: string;
  readonly versions: readonly string[];
}

function isAllowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => allowed.has(licence)));
}

const isException = (name: string) =>
  // The native part of a package has the package's name and a system's.
  Object.keys(exceptions).some(
    (known) => name === known || (known === "lightningcss" && name.startsWith(`${known}-`)),
  );

const listed = execFileSync("pnpm", ["--recursive", "licenses", "list", "--prod", "--json"], {
  encoding: "utf8",
});
const byLicence = Object.entries(JSON.parse(listed) as Record<string, Dependency[]>);
const refused = byLicence.flatMap(([licence, dependencies]) =>
  isAllowed(licence)
    ? []
    : dependencies
        .filter(({ name }) => !isException(name))
        .map(({ name, versions }) => `${name} ${versions.join(", ")}: ${licence}`),
);
if (byLicence.length === 0) refused.push("pnpm lists no dependency: install them first");
for (const line of refused) console.error(line);
if (refused.length > 0) {
  console.error(
    "Use another package, or add the licence or the package to scripts/check-licences.ts with the reason.",
  );
  process.exitCode = 1;
}
