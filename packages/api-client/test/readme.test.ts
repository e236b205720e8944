import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Stack, startStack, tokens } from "@front-door/api/test/start-stack";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const run = promisify(execFile);
const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "front-door-readme-"));
const address = "https://data.example.com";

const readme = readFileSync(inPackage("README.md"), "utf8");
const examples = Array.from(
  readme.matchAll(/```ts( browser)?\n([\s\S]*?)```/g),
  ([, browser, code = ""], index) => ({
    index,
    file: `example-${index}.ts`,
    title: code.trim().split("\n").at(-1),
    inBrowser: browser !== undefined,
    code: withPrelude(code),
  }),
);

/** What an example takes for granted: the client of the first one. */
function withPrelude(code: string): string {
  const makesClient = code.includes("createClient(");
  return [
    'import { createClient } from "@front-door/api-client";',
    ...(code.match(/^import .*\n/gm)?.filter((line) => !line.includes("{ createClient }")) ?? []),
    ...(makesClient ? [] : [`const frontDoor = createClient({ baseUrl: "${address}" });`]),
    ...(code.includes("getAccessToken") ? ['const getAccessToken = async () => "TOKEN";'] : []),
    code.replace(/^import .*\n/gm, ""),
    "export {};",
  ].join("\n");
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  mkdirSync(join(folder, "node_modules/@front-door"), { recursive: true });
  symlinkSync(inPackage("."), join(folder, "node_modules/@front-door/api-client"));
  symlinkSync(inPackage("node_modules/@tanstack"), join(folder, "node_modules/@tanstack"));
  for (const { file, code } of examples) writeFileSync(join(folder, file), code);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack.close();
});

describe("an example of the README", () => {
  it("compiles, as do all others", async () => {
    const compilerOptions = {
      target: "es2022",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2023", "dom", "dom.iterable"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const compiler = inPackage("../../node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe("");
  });

  it.each(examples.filter(({ inBrowser }) => !inBrowser))(
    "runs against the product: $title",
    async ({ file, code }) => {
      writeFileSync(
        join(folder, file),
        code
          .replaceAll(address, stack.url)
          .replace('"TOKEN"', JSON.stringify(tokens.alice))
          // The stack signs nobody in, and refuses a key that it does not read.
          .replace(/, apiKey: "fdk_\w+"/, ""),
      );
      const log = vi.spyOn(console, "log").mockReturnValue(undefined);
      await import(pathToFileURL(join(folder, file)).href);
      expect(log).toHaveBeenCalled();
    },
  );
});
