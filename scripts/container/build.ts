import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildConsole } from "@front-door/console/build";
import { type InputOptions, rolldown } from "rolldown";

// Builds what the image runs: our own TypeScript as plain JavaScript, a folder for each process, where its sources are in
// the checkout. The dependencies stay packages, so the image runs the very files that the tests ran with.
//   node scripts/container/build.ts <folder>

const root = resolve(import.meta.dirname, "../..");
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: node scripts/container/build.ts <folder>");

const isOurs = (id: string) => /^(\.|\/|@front-door\/)/.test(id);
const programs: readonly (InputOptions & { readonly to: string })[] = [
  { input: { server: "apps/api/src/server.ts" }, to: "apps/api", external: (id) => !isOurs(id) },
  {
    input: { server: "apps/databricks-gateway/src/server.ts" },
    to: "apps/databricks-gateway",
    external: (id) => !isOurs(id),
  },
  {
    input: { server: "packages/local-workspace/src/server.ts" },
    to: "packages/local-workspace",
    external: (id) => !isOurs(id),
  },
  // Root runs these: they contain everything they need and load no package.
  {
    input: { entry: "scripts/container/entry.ts", health: "scripts/container/health.ts" },
    to: "scripts",
  },
];

rmSync(out, { recursive: true, force: true });
for (const { to, ...options } of programs) {
  const dir = join(out, to, "dist");
  const bundle = await rolldown({
    cwd: root,
    platform: "node",
    ...options,
    // A missing package of ours would only be a warning, and would be left out.
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  // Without subfolders, because code finds its settings file from the folder that it is in.
  await bundle.write({ dir, format: "esm", chunkFileNames: "[name]-[hash].js" });
}
const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
  string,
  unknown
>;
mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, "package.json"),
  `${JSON.stringify({ name, version, license, private: true, type: "module" }, undefined, 2)}\n`,
);
cpSync(await buildConsole(), join(out, "apps/console/dist"), {
  recursive: true,
  filter: (file) => !file.endsWith("/.fingerprint"),
});
cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
