import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";

/** Builds the program as it is published: front-door.js and main.js contain everything that it needs but parquet-wasm. */
export async function buildProgram(dist: string): Promise<void> {
  const bundle = await rolldown({
    cwd: import.meta.dirname,
    input: { "front-door": "src/front-door.ts" },
    platform: "node",
    transform: { target: "node20" },
    external: [/^node:/, "parquet-wasm"],
    // A package that is missing would only be a warning, and would be left out.
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({ dir: dist, format: "esm", chunkFileNames: "[name].js" });
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licenses(modules));
}

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

if (import.meta.main) {
  const [dist] = process.argv.slice(2);
  if (dist === undefined) throw new Error("usage: node packages/cli/build.ts <folder>");
  await buildProgram(dist);
}
