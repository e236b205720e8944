import { posix } from "node:path";
import { databricksSettings, libraries, workspaces } from "./import-rules.ts";
import { type Module, readModule } from "./read-module.ts";

interface Place {
  readonly path: string;
  /** Like `apps/api`, `bench`. */
  readonly workspace: string;
  /** The folder in `src/`; "" for a file that is in none. */
  readonly room: string;
  readonly isTest: boolean;
}

/**
 * Checks sources against import-rules.ts: one line for each violation, `path: what is wrong`, in the order of the files.
 *
 * @param files Paths from the root of the repository to contents: the modules, and the package.json of each workspace.
 */
export function checkImports(files: ReadonlyMap<string, string>): string[] {
  const packages = packageNames(files);
  return [...files].flatMap(([path, source]) => {
    if (path.endsWith("package.json")) return [];
    const place = placeOf(path);
    const module = readModule(path, source);
    const problems = module.specifiers.flatMap(
      (specifier) => importProblem(place, specifier, packages) ?? [],
    );
    if (!place.isTest) problems.push(...moduleProblems(place, module));
    return problems.map((problem) => `${path}: ${problem}`);
  });
}

/** Workspace folders by the names of their packages. */
function packageNames(files: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [path, text] of files) {
    if (!path.endsWith("/package.json")) continue;
    const { name } = JSON.parse(text) as { name: string };
    names.set(name, posix.dirname(path));
  }
  return names;
}

function placeOf(path: string): Place {
  const [, workspace = "", within = ""] = /^((?:apps|packages)\/[^/]+|[^/]+)\/(.*)$/.exec(path) ?? [];
  return {
    path,
    workspace,
    room: /^src\/([^/]+)\//.exec(within)?.[1] ?? "",
    isTest: /(^|\/)test\/|\.test\.\w+$/.test(within),
  };
}

function importProblem(
  from: Place,
  specifier: string,
  packages: ReadonlyMap<string, string>,
): string | undefined {
  if (/^(\.\.?(\/|$)|\/|file:)/.test(specifier)) return pathProblem(from, specifier);
  if (from.isTest) return undefined;
  const [, name = specifier] = /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier) ?? [];
  const workspace = packages.get(name);
  return workspace === undefined ? libraryProblem(from, name) : packageProblem(from, workspace);
}

function pathProblem(from: Place, specifier: string): string | undefined {
  const to = placeOf(posix.join(posix.dirname(from.path), specifier));
  if (!specifier.startsWith(".") || to.workspace !== from.workspace)
    return `"${specifier}" leaves ${from.workspace}: import another package by its name`;
  if (from.isTest) return undefined;
  if (to.isTest) return `"${specifier}" belongs to the tests`;
  return roomProblem(from, to);
}

function roomProblem(from: Place, to: Place): string | undefined {
  const { rooms } = workspaces[from.workspace] ?? {};
  if (!rooms || from.room === "" || from.room === to.room) return undefined;
  if (to.room === "")
    return `${from.room}/ imports ${posix.basename(to.path)}, which is above every folder in src/`;
  if (rooms.indexOf(to.room) > rooms.indexOf(from.room)) return undefined;
  return `${from.room}/ imports ${to.room}/, which is not below it: ${rooms.join(" > ")}`;
}

function packageProblem({ workspace: from }: Place, to: string): string | undefined {
  const mayImport = workspaces[from]?.mayImport ?? [];
  if (from === to || mayImport === "any" || mayImport.includes(to)) return undefined;
  return `${from} may not import ${to}`;
}

function libraryProblem({ workspace: from }: Place, name: string): string | undefined {
  for (const [library, mayImport] of Object.entries(libraries)) {
    const matches = library.endsWith("/") ? name.startsWith(library) : name === library;
    if (matches && !mayImport.includes(from)) return `${name} is only for ${mayImport.join(", ")}`;
  }
  return undefined;
}

function moduleProblems(from: Place, module: Module): string[] {
  const rules = workspaces[from.workspace];
  if (!rules) return [`scripts/imports/import-rules.ts does not say what ${from.workspace} may import`];
  const { rooms, environment, isTool } = rules;
  if (isTool) return [];
  const problems: string[] = [];
  if (rooms && from.room !== "" && !rooms.includes(from.room))
    problems.push(`scripts/imports/import-rules.ts does not say where src/${from.room}/ stands`);
  if (module.hasComputedImport)
    problems.push("import() and require() must name their module in a literal string");
  if (module.readsEnvironment && from.path !== `${from.workspace}/${environment}`)
    problems.push(
      environment ? `only ${environment} reads process.env` : `${from.workspace} must not read process.env`,
    );
  if (module.databricksSettings.length > 0 && from.workspace !== databricksSettings)
    problems.push(`only ${databricksSettings} knows ${module.databricksSettings.join(", ")}`);
  return problems;
}
