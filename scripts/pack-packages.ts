import { execFile } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { bundleProgram, programs } from "./bundle-program.ts";

// Builds the packages that have a `publishConfig` and packs each as `npm publish` takes it, with the version of the repository:
//   node scripts/pack-packages.ts <folder for the tarballs>
// A GitHub workflow says which repository it runs for. npm's provenance needs that in the manifest.

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly publishConfig?: object;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: object;
}

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** Resolves to the tarballs' paths, one for each package that is published. */
export async function packPackages(to: string): Promise<string[]> {
  const tarballs: string[] = [];
  for (const path of globSync("packages/*/package.json", { cwd: root }).toSorted()) {
    if (readManifest(join(root, path)).publishConfig !== undefined)
      tarballs.push(await packPackage(dirname(path), to));
  }
  return tarballs;
}

/** Resolves to the path of the tarball of a folder such as `packages/cli`. */
export async function packPackage(folder: string, to: string): Promise<string> {
  mkdirSync(to, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "front-door-pack-"));
  try {
    // pnpm knows the versions of the catalog, and puts `publishConfig` in its place.
    await run("pnpm", ["pack", "--pack-destination", work], { cwd: join(root, folder) });
    const [packed = ""] = globSync("*.tgz", { cwd: work });
    await run("tar", ["xzf", packed], { cwd: work });
    // Beside the tree, so that two builds at once do not meet.
    const needed = await build(folder, join(work, "package/dist"));
    const readme = join(work, "package/README.md");
    writeFileSync(readme, selfContained(readFileSync(readme, "utf8"), folder));
    const manifest = join(work, "package/package.json");
    writeFileSync(
      manifest,
      `${JSON.stringify(published(readManifest(manifest), folder, needed), undefined, 2)}\n`,
    );
    const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", resolve(to)], {
      cwd: join(work, "package"),
    });
    return (JSON.parse(stdout) as { filename: string }).filename;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Bundles a program, and compiles a library. Returns the packages that it needs. */
async function build(folder: string, dist: string): Promise<string[]> {
  if (folder in programs) return bundleProgram(folder as keyof typeof programs, dist);
  await run(process.execPath, [
    compiler,
    "--project",
    join(root, folder, "tsconfig.build.json"),
    "--outDir",
    dist,
  ]);
  return [];
}

/** What a reader of the registry needs, and nothing of how it was made. */
function published(manifest: Manifest, directory: string, needed: readonly string[]): object {
  const { version } = readManifest(join(root, "package.json"));
  const url = repositoryUrl();
  const repository = { type: "git", url: `git+${url}.git`, directory };
  const dependencies = Object.entries(manifest.dependencies ?? {}).filter(([name]) => needed.includes(name));
  return {
    ...manifest,
    version,
    dependencies: dependencies.length === 0 ? undefined : Object.fromEntries(dependencies),
    devDependencies: undefined,
    ...(url === undefined ? {} : { repository }),
  };
}

/** A README whose links into the repository lead there, or are plain text where nobody says where it is. */
export function selfContained(readme: string, folder: string): string {
  const url = repositoryUrl();
  return readme.replace(/\[([^[\]]+)\]\((?!https?:|#)([^()]+)\)/g, (_, text: string, path: string) =>
    url === undefined ? text : `[${text}](${url}/blob/HEAD/${join(folder, path)})`,
  );
}

/** Where the repository is, in a GitHub workflow. */
function repositoryUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return server === undefined || name === undefined ? undefined : `${server}/${name}`;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

if (import.meta.main) {
  const [to] = process.argv.slice(2);
  if (to === undefined) throw new Error("usage: node scripts/pack-packages.ts <folder for the tarballs>");
  for (const tarball of await packPackages(to)) console.log(tarball);
}
