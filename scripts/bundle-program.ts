import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { rolldown } from "rolldown";

const root = resolve(import.meta.dirname, "..");

/** The entry of each program that is published, below its folder. */
export const programs = {
  "packages/cli": "src/front-door.ts",
  "packages/local-workspace": "src/server.ts",
} as const;

/** Not in a bundle: the first two are native, and who wants Parquet from the command line installs the third. */
const packages = ["@duckdb/node-bindings", "lz4-napi", "parquet-wasm"];

/** Bundles a program with all that it imports, for Node 20, and returns the packages that it still needs. */
export async function bundleProgram(folder: keyof typeof programs, dist: string): Promise<string[]> {
  const bundle = await rolldown({
    cwd: join(root, folder),
    input: programs[folder],
    platform: "node",
    transform: { target: "node20" },
    external: [/^node:/, ...packages],
    // A package that is missing would only be a warning, and would be left out.
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({ dir: dist, format: "esm", chunkFileNames: "[name].js" });
  const chunks = output.filter((file) => file.type === "chunk");
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licenses(modules));
  const imported = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]));
  return packages.filter((name) => imported.has(name));
}

/** The licences and notices of the packages that the bundle contains, as they ask for. */
function licenses(modules: readonly string[]): string {
  const folders = new Set(modules.filter((id) => id.includes("/node_modules/")).map(packageFolder));
  const texts = [...folders].toSorted().map((folder) => {
    const { name, version } = readManifest(folder);
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)(?:\.\w+)?$/i.test(file));
    if (files.length === 0) throw new Error(`${name} has no licence file`);
    const text = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
    return [`${name} ${version}`, ...text, ""].join("\n\n");
  });
  return texts.join(`${"-".repeat(80)}\n\n`);
}

/** The nearest folder with a manifest that has a name; another one only says how its folder is loaded. */
function packageFolder(module: string): string {
  let folder = dirname(module);
  while (readManifest(folder).name === undefined) folder = dirname(folder);
  return folder;
}

function readManifest(folder: string): { readonly name?: string; readonly version?: string } {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object) : {};
}
