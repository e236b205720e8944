import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkImports } from "./check-imports.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

const names = {
  "apps/api": "@front-door/api",
  "apps/databricks-gateway": "@front-door/databricks-gateway",
  "packages/api-client": "@front-door/api-client",
  "packages/gateway-client": "@front-door/gateway-client",
  "packages/local-workspace": "@front-door/local-workspace",
  "packages/operations": "@front-door/operations",
  "packages/service-runtime": "@front-door/service-runtime",
  "packages/sql-engine": "@front-door/sql-engine",
  bench: "@front-door/bench",
  scripts: "@front-door/scripts",
};
const manifests = Object.entries(names).map(
  ([folder, name]) => [`${folder}/package.json`, JSON.stringify({ name })] as const,
);

function problemsOf(path: string, source: string): string[] {
  return checkImports(new Map([...manifests, [path, source]]));
}

describe("an import across a boundary", () => {
  const gateway = "@front-door/databricks-gateway";
  test.each([
    ["the front door imports the gateway", "apps/api/src/app.ts", gateway],
    [
      "the front door imports a file of the gateway's package",
      "apps/api/src/app.ts",
      `${gateway}/src/app.ts`,
    ],
    [
      "the front door imports the gateway by a path",
      "apps/api/src/app.ts",
      "../../databricks-gateway/src/app.ts",
    ],
    [
      "a test imports another package by a path",
      "apps/api/test/a.test.ts",
      "../../databricks-gateway/src/app.ts",
    ],
    ["the public client imports the contract", "packages/api-client/src/a.ts", "@front-door/operations"],
    ["a package imports the gateway", "packages/gateway-client/src/a.ts", gateway],
    ["the bench imports the gateway", "bench/src/bench.ts", gateway],
    ["the front door imports the SDK", "apps/api/src/http/a.ts", "@databricks/sdk-experimental"],
    [
      "the client imports a file of the driver",
      "packages/gateway-client/src/a.ts",
      "@databricks/sql/dist/a.js",
    ],
    [
      "the local workspace imports the SDK",
      "packages/local-workspace/src/a.ts",
      "@databricks/sdk-experimental",
    ],
    ["the front door imports the local workspace", "apps/api/src/server.ts", "@front-door/local-workspace"],
    [
      "the gateway imports the local workspace",
      "apps/databricks-gateway/src/a.ts",
      "@front-door/local-workspace",
    ],
    ["the gateway imports its own client", "apps/databricks-gateway/src/a.ts", "@front-door/gateway-client"],
    ["the gateway imports the front door", "apps/databricks-gateway/src/a.ts", "@front-door/api"],
    ["the contract imports another package", "packages/operations/src/a.ts", "@front-door/gateway-client"],
    ["the runtime imports the contract", "packages/service-runtime/src/a.ts", "@front-door/operations"],
    [
      "the local workspace imports the contract",
      "packages/local-workspace/src/a.ts",
      "@front-door/operations",
    ],
    [
      "the SQL engine imports the local workspace",
      "packages/sql-engine/src/a.ts",
      "@front-door/local-workspace",
    ],
    ["the gateway imports the SQL engine", "apps/databricks-gateway/src/a.ts", "@front-door/sql-engine"],
    ["an app imports the scripts", "apps/api/src/a.ts", "@front-door/scripts"],
    ["an app imports the scripts by a path", "apps/api/src/a.ts", "../../../scripts/until-up.ts"],
    ["a package imports express", "packages/gateway-client/src/a.ts", "express"],
    ["a package imports fastify", "packages/service-runtime/src/a.ts", "fastify"],
    ["a package imports a plugin of fastify", "packages/operations/src/a.ts", "@fastify/under-pressure"],
    ["the gateway imports express", "apps/databricks-gateway/src/http/a.ts", "express"],
    ["the front door imports fastify", "apps/api/src/http/a.ts", "fastify"],
    ["a source file imports a test's file", "apps/api/src/app.ts", "../test/start-stack.ts"],
    ["a path is absolute", "apps/api/src/app.ts", "/etc/a.ts"],
    ["sign-in/ imports routes/", "apps/api/src/sign-in/a.ts", "../routes/b.ts"],
    ["http/ imports routing/, one floor up", "apps/api/src/http/a.ts", "../routing/b.ts"],
    ["config/ imports auth/", "apps/databricks-gateway/src/config/a.ts", "../auth/b.ts"],
    [
      "a nested folder imports a room above it",
      "apps/databricks-gateway/src/sql/serialize/a.ts",
      "../../auth/b.ts",
    ],
    ["a room imports app.ts", "apps/databricks-gateway/src/operations/files/a.ts", "../../app.ts"],
  ])("is reported when %s", (_, path, specifier) => {
    expect(problemsOf(path, `import { a } from "${specifier}";`)).toEqual([expect.stringContaining(path)]);
  });
});

test.each([
  ["import type", 'import type { A } from "express";'],
  ["import for its effects", 'import "express";'],
  ["export from", 'export { a } from "express";'],
  ["export nothing from", 'export {} from "express";'],
  ["export all from", 'export * from "express";'],
  ["import()", 'const a = await import("express");'],
  ["import() of a template", "const a = await import(`express`);"],
  ["import type of a type", 'type A = import("express").A;'],
  ["require", 'const a = require("express");'],
])("%s counts as an import", (_, source) => {
  expect(problemsOf("packages/operations/src/a.ts", source)).toEqual([
    "packages/operations/src/a.ts: express is only for apps/api, bench",
  ]);
});

test("an import that computes its module is reported, because no rule can look at it", () => {
  expect(problemsOf("apps/api/src/a.ts", "await import(name);")).toHaveLength(1);
  expect(problemsOf("apps/api/src/a.ts", "require(`${name}`);")).toHaveLength(1);
});

test("text that only looks like an import is not reported", () => {
  const source = '// import "express";\nconst text = \'import "express"; process.env\';';
  expect(problemsOf("packages/operations/src/a.ts", source)).toEqual([]);
});

describe("settings", () => {
  test.each([
    ["apps/api/src/a.ts", "const a = process.env;"],
    ["apps/api/src/a.ts", 'const a = process["env"];'],
    ["apps/databricks-gateway/src/config/a.ts", 'import { env as a } from "node:process";'],
    ["packages/operations/src/a.ts", "const { PORT } = process.env;"],
  ])("%s may not read the environment: %s", (path, source) => {
    expect(problemsOf(path, source)).toEqual([expect.stringContaining("process.env")]);
  });

  test.each(['environment["DATABRICKS_HOST"]', "environment.DATABRICKS_TOKEN", "`${DATABRICKS_HOST}`"])(
    "the front door may not read %s",
    (code) => {
      expect(problemsOf("apps/api/src/a.ts", `const a = ${code};`)).toEqual([
        expect.stringContaining("only apps/databricks-gateway"),
      ]);
      expect(problemsOf("apps/databricks-gateway/src/config/a.ts", `const a = ${code};`)).toEqual([]);
    },
  );
});

test("what the table allows is not reported", () => {
  const allowed: [path: string, source: string][] = [
    ["apps/api/src/app.ts", 'import express from "express"; import { a } from "./routes/a.ts";'],
    [
      "apps/api/src/http/a.ts",
      'import { a } from "@front-door/gateway-client"; import { b } from "../sign-in/b.ts";',
    ],
    ["apps/api/src/settings/config.ts", "const a = process.env;"],
    [
      "apps/databricks-gateway/src/sql/a.ts",
      'import { a } from "@databricks/sql"; import { b } from "./serialize/b.ts";',
    ],
    [
      "apps/databricks-gateway/test/a.test.ts",
      'import { a } from "@front-door/local-workspace"; import { b } from "../src/app.ts";',
    ],
    [
      "apps/api/src/http/a.test.ts",
      'import { a } from "@front-door/databricks-gateway"; import { b } from "../../test/b.ts";',
    ],
    [
      "packages/local-workspace/src/a.ts",
      'import { a } from "@front-door/sql-engine"; import { z } from "zod";',
    ],
    ["bench/src/a.ts", 'import { a } from "@databricks/sql"; const { DATABRICKS_HOST } = process.env;'],
    ["scripts/a.ts", 'import { a } from "@front-door/databricks-gateway";'],
  ];
  expect(checkImports(new Map([...manifests, ...allowed]))).toEqual([]);
});

test("a new package and a new folder of an app have to be entered in the rules", () => {
  expect(problemsOf("packages/new/src/a.ts", "export {};")).toEqual([
    expect.stringContaining("import-rules.ts"),
  ]);
  expect(problemsOf("apps/api/src/new/a.ts", "export {};")).toEqual([expect.stringContaining("src/new/")]);
});

describe("in a copy of the repository", () => {
  const copy = mkdtempSync(join(tmpdir(), "import-rules-"));
  const write = (path: string, source: string) => {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    writeFileSync(join(copy, path), source);
  };
  beforeAll(() => {
    for (const [path, text] of manifests) write(path, text);
    cpSync(join(repository, ".oxlintrc.json"), join(copy, ".oxlintrc.json"));
    // The lint's plugin.
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
    write("apps/api/src/app.ts", 'import "@front-door/databricks-gateway";');
    write("apps/api/src/http/a.ts", 'import type { B } from "./b.ts";\n\nexport type A = B;\n');
    write("apps/api/src/http/b.ts", 'import type { A } from "./a.ts";\n\nexport type B = A | 1;\n');
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test("the check fails and names the file", async () => {
    const script = join(repository, "scripts/imports/check.ts");
    await expect(run(process.execPath, [script, copy])).rejects.toMatchObject({
      code: 1,
      stderr: "apps/api/src/app.ts: apps/api may not import apps/databricks-gateway\n",
    });
  });

  test("the lint fails for a cycle of files in an app, of types too, and for an expression that takes more than linear time", async () => {
    write("apps/api/src/http/c.ts", "export const isBlank = (text: string) => /\\s+$/.test(text);\n");
    write("apps/api/src/http/d.ts", "export const isList = (text: string) => /^(a+)+$/.test(text);\n");
    const oxlint = join(repository, "node_modules/.bin/oxlint");
    // By its folder: oxlint would go through the linked `node_modules` too.
    const { code, stdout } = await run(oxlint, ["--quiet", "apps"], { cwd: copy }).then(
      () => ({ code: 0, stdout: "" }),
      (error: { code: number; stdout: string }) => error,
    );
    expect(code).toBe(1);
    expect(stdout).toContain("Dependency cycle detected");
    expect(stdout).toMatch(/no-super-linear-move[^]*c\.ts/);
    expect(stdout).toMatch(/no-super-linear-backtracking[^]*d\.ts/);
  });
});
