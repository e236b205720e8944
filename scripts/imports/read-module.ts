import { type ESTree, parseSync, Visitor } from "rolldown/utils";

/** What the import rules need to know about one module. */
export interface Module {
  /** As written in `import`, `import type`, `export … from`, `import()`, `require()` and `typeof import()`. */
  readonly specifiers: readonly string[];
  /** It has an `import()` or `require()` whose argument is no literal, so no rule can see what it loads. */
  readonly hasComputedImport: boolean;
  readonly readsEnvironment: boolean;
  /** Names such as `DATABRICKS_TOKEN` in code and strings; comments do not count. */
  readonly databricksSettings: readonly string[];
}

/** Finds what a module imports and reads in its syntax tree. Throws on a syntax error. */
export function readModule(path: string, source: string): Module {
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const specifiers = new Set<string>();
  const databricksSettings = new Set<string>();
  let hasComputedImport = false;
  let readsEnvironment = false;

  const addImport = (from: ESTree.Argument | undefined) => {
    const specifier = from && literalText(from);
    if (specifier === undefined) hasComputedImport = true;
    else specifiers.add(specifier);
  };
  const addSettings = (text: string) => {
    for (const [name] of text.matchAll(/\bDATABRICKS_[A-Z]\w*/g)) databricksSettings.add(name);
  };
  new Visitor({
    ImportDeclaration({ source: from, specifiers: names }) {
      addImport(from);
      readsEnvironment ||= /^(node:)?process$/.test(from.value) && names.some(namesEnv);
    },
    ExportNamedDeclaration({ source: from }) {
      if (from) addImport(from);
    },
    ExportAllDeclaration: ({ source: from }) => addImport(from),
    ImportExpression: ({ source: from }) => addImport(from),
    TSImportType: ({ source: from }) => addImport(from),
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type === "Identifier" && callee.name === "require") addImport(first);
    },
    MemberExpression({ object, property }) {
      const name = property.type === "Identifier" ? property.name : literalText(property);
      readsEnvironment ||= object.type === "Identifier" && object.name === "process" && name === "env";
    },
    Identifier: ({ name }) => addSettings(name),
    Literal({ value }) {
      if (typeof value === "string") addSettings(value);
    },
    TemplateElement: ({ value }) => addSettings(value.raw),
  }).visit(program);
  return {
    specifiers: [...specifiers],
    hasComputedImport,
    readsEnvironment,
    databricksSettings: [...databricksSettings],
  };
}

function namesEnv(specifier: ESTree.ImportDeclarationSpecifier): boolean {
  if (specifier.type !== "ImportSpecifier") return false;
  const { imported } = specifier;
  return (imported.type === "Identifier" ? imported.name : imported.value) === "env";
}

function literalText(node: ESTree.Argument | ESTree.PrivateIdentifier): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.quasis.length === 1)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
