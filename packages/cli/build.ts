import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";

// Builds the program as it is published: dist/front-door.js contains everything that it needs but parquet-wasm.
//   node packages/cli/build.ts

const here = import.meta.dirname;
const dist = join(here, "dist");

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: here,
  input: { "front-door": "src/front-door.ts" },
  platform: "node",
  external: [/^node:/, "parquet-wasm"],
  // A package that is missing would only be a warning, and would be left out.
  onLog(_level, log) {
    throw new Error(log.message);
  },
});
const { output } = await bundle.write({ dir: dist, format: "esm", codeSplitting: false });
const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licenses(modules));
cpSync(join(here, "../../LICENSE"), join(dist, "LICENSE"));

/** The licences of the packages that the bundle contains, as they ask for. */
function licenses(modules: readonly string[]): string {
  const folders = new Set(modules.filter((id) => id.includes("/node_modules/")).map(packageFolder));
  const texts = [...folders].toSorted().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
      string,
      string
    >;
    const file = ["LICENSE", "license", "LICENSE.md"].map((each) => join(folder, each)).find(existsSync);
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version}\n\n${readFileSync(file, "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(module: string): string {
  let folder = dirname(module);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
