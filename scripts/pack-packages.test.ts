import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installPacked } from "./install-packed.ts";
import { packPackages, selfContained } from "./pack-packages.ts";
import { copyNativePackages, packedLocalWorkspace } from "./packed-local-workspace.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "front-door-packed-"));
/** Alone in a folder, because it has dependencies. */
const workspaceFolder = join(folder, "workspace");
const client = join(folder, "node_modules/@front-door/api-client");

beforeAll(async () => {
  // As in a GitHub workflow.
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.stubEnv("GITHUB_REPOSITORY", "team/front-door");
  const tarballs = await packPackages(join(folder, "tarballs"));
  const workspace = tarballs.filter((path) => path.includes("local-workspace"));
  copyNativePackages(workspaceFolder);
  await Promise.all([
    installPacked(
      folder,
      tarballs.filter((path) => !workspace.includes(path)),
    ),
    installPacked(workspaceFolder, workspace),
  ]);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const manifestOf = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

async function bundled(source: string): Promise<{ code: string; bytes: number }> {
  const input = join(folder, "bundled.js");
  writeFileSync(input, source);
  const bundle = await rolldown({ input, platform: "browser", external: ["apache-arrow"], cwd: folder });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return { code: output[0].code, bytes: gzipSync(output[0].code).length };
}

it("every package has the version of the repository", () => {
  const { version } = manifestOf(join(root, "package.json"));
  for (const path of globSync(["{apps,packages}/*/package.json", "{bench,scripts}/package.json"], {
    cwd: root,
  })) {
    expect([path, manifestOf(join(root, path))["version"]]).toEqual([path, version]);
  }
});

describe.each([
  ["api-client", folder],
  ["cli", folder],
  ["local-workspace", workspaceFolder],
])("the packed %s", (name, installed) => {
  const packed = join(installed, "node_modules/@front-door", name);

  it("names the repository of the workflow that packed it, as npm's provenance needs", () => {
    const url = "git+https://github.com/team/front-door.git";
    const repository = { type: "git", url, directory: `packages/${name}` };
    expect(manifestOf(join(packed, "package.json"))).toMatchObject({ repository });
  });

  it("has a README whose links into the repository lead there", () => {
    const links = Array.from(
      readFileSync(join(packed, "README.md"), "utf8").matchAll(/\]\(([^)]+)\)/g),
      ([, link = ""]) => link,
    );
    expect(links).toContain("https://github.com/team/front-door/blob/HEAD/README.md");
    expect(links.filter((link) => !/^(?:https:\/\/|#)/.test(link))).toEqual([]);
  });
});

it("a README packed elsewhere keeps only the links that lead out of the repository, or to itself", () => {
  vi.stubEnv("GITHUB_REPOSITORY", undefined);
  const readme = "[The product](../../README.md#start), [files](#files), [npm](https://npmjs.com).";
  expect(selfContained(readme, "packages/cli")).toBe(
    "The product, [files](#files), [npm](https://npmjs.com).",
  );
});

describe("the packed command line", () => {
  it("is two files and the licences of what is in it, depends on nothing, and runs in an empty project", async () => {
    const cli = join(folder, "node_modules/@front-door/cli");
    expect(readdirSync(cli).toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    expect(readdirSync(join(cli, "dist")).toSorted()).toEqual([
      "THIRD-PARTY-LICENSES.txt",
      "front-door.js",
      "main.js",
    ]);
    const manifest = manifestOf(join(cli, "package.json"));
    expect(manifest).not.toHaveProperty("dependencies");
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:/);

    const stack: Stack = await startStack();
    const env = { PATH: process.env["PATH"], FRONT_DOOR_URL: stack.url, XDG_CONFIG_HOME: folder };
    const frontDoor = async (...args: string[]) =>
      run(join(folder, "node_modules/.bin/front-door"), args, { cwd: folder, env });
    expect((await frontDoor("--version")).stdout.trim()).toBe(manifest["version"]);
    expect((await frontDoor("ls", "-l", volume)).stdout).toContain("README.txt");
    const parquet = frontDoor("query", "SELECT 1", "-o", "parquet");
    await expect(parquet).rejects.toThrow("npm install parquet-wasm\n");
    await stack.close();
  });

  it("says which Node it needs, on one that is too old", async () => {
    const cli = join(folder, "node_modules/@front-door/cli");
    const { engines } = manifestOf(join(cli, "package.json")) as { engines: { node: string } };
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.8"})';
    const ran = run(process.execPath, ["--import", old, join(cli, "dist/front-door.js"), "catalogs"]);
    await expect(ran).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: `front-door needs Node ${engines.node.replace(">=", "")} or later, this is 18.20.8.\n`,
    });
  });
});

describe("the packed client", () => {
  it("has what its users and the registry look for, and depends on nothing", () => {
    expect(readdirSync(client).toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    const manifest = manifestOf(join(client, "package.json"));
    expect(manifest).toMatchObject({ type: "module", sideEffects: false, license: "Apache-2.0" });
    expect(manifest).not.toHaveProperty("dependencies");
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|\.\/src/);
    expect(readdirSync(join(folder, "node_modules/@front-door"))).toEqual(["api-client", "cli"]);
    expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "@front-door",
    ]);
  });

  it("runs in an empty project", async () => {
    const stack: Stack = await startStack();
    writeFileSync(
      join(folder, "run.js"),
      `import { createClient, FrontDoorError } from "@front-door/api-client";
      import { queryOptions } from "@front-door/api-client/tanstack-query";
      const frontDoor = createClient({ baseUrl: process.argv[2] });
      const names = [];
      for await (const { name } of frontDoor.listSchemas({ catalog: "main" })) names.push(name);
      const stored = await frontDoor.upload("${volume}/packed.txt", "hello");
      const text = await (await frontDoor.download(stored.path)).text();
      const { queryKey } = queryOptions(frontDoor, "me");
      const failed = await frontDoor.getCatalog({ name: "nothing" }).catch((error) => error);
      console.log(JSON.stringify({ names, text, key: queryKey[3], failed: failed instanceof FrontDoorError }));`,
    );
    const { stdout } = await run(process.execPath, ["run.js", stack.url], { cwd: folder });
    await stack.close();
    const expected = { names: expect.arrayContaining(["default"]), text: "hello", key: "me", failed: true };
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  const compilers = {
    "TypeScript 7": join(root, "node_modules/typescript/bin/tsc"),
    "TypeScript 6": join(root, "packages/api-client/node_modules/typescript/bin/tsc"),
  };
  const settings = {
    "a bundler's page": { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] },
    "a program of Node": {
      module: "nodenext",
      lib: ["es2022"],
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    },
  };
  it.each([
    // How a package is found does not depend on the compiler.
    ["TypeScript 7", "a program of Node"],
    ["TypeScript 6", "a bundler's page"],
  ] as const)("is typed for %s in %s", async (compiler, what) => {
    writeFileSync(
      join(folder, "typed.ts"),
      `import { type Api, createClient } from "@front-door/api-client";
      const frontDoor = createClient({ baseUrl: "http://127.0.0.1:3001", token: async () => "t" });
      export const tables: Promise<Api.Table[]> = frontDoor.listTables({ catalog: "main", schema: "default" }).all();
      // @ts-expect-error a parameter that does not exist
      frontDoor.listTables({ catalog: "main", schemaName: "default" });`,
    );
    // Our declarations are checked, and those of the compiler are not.
    const checked = { skipLibCheck: false, skipDefaultLibCheck: true };
    const common = { target: "es2022", strict: true, noEmit: true, ...checked };
    const compilerOptions = { ...common, ...settings[what] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
    const { stdout } = await run(process.execPath, [compilers[compiler], "-p", folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe("");
  });

  it("is less than 12 kB of a page, compressed, without Arrow", async () => {
    const { code, bytes } = await bundled(
      'export * from "@front-door/api-client"; export * from "@front-door/api-client/tanstack-query";',
    );
    // Neither a path of the API nor a method counts.
    expect(code).not.toMatch(/(?:^|[;}\s])import\b/);
    expect(bytes).toBeLessThan(12_000);
  });

  it("leaves out of a page what it does not use", async () => {
    const { bytes } = await bundled('export { FrontDoorError } from "@front-door/api-client";');
    expect(bytes).toBeLessThan(1_000);
  });
});

packedLocalWorkspace(workspaceFolder);
