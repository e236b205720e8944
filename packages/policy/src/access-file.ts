import { createRequire } from "node:module";
import { OperationError, operationsMatching, parseParameters, signInModes } from "@front-door/operations";
import { oneOf, problemOfFile, trueOrFalse, wholeNumber } from "@front-door/service-runtime";
import type * as Yaml from "yaml";
import * as z from "zod";
import { identityRules, type Policy } from "./policy.ts";
import { functionPattern, identityOf } from "./read-policy.ts";
import { foldName, parseVolumeRoot } from "./volume-root.ts";

/** Who a rule is for. */
export type Who =
  | { readonly kind: "everyone" | "internal" }
  | { readonly kind: "user" | "group" | "key"; readonly name: string };

/** What some callers may do. */
export interface AccessRule {
  /** Where it begins in the file. */
  readonly line: number;
  readonly who: readonly Who[];
  /** How they must have signed in; undefined is any way. */
  readonly modes: readonly (typeof signInModes)[number][] | undefined;
  readonly policy: Policy;
  /** Of each caller. Undefined: as many as the installation allows. */
  readonly requestsPerMinute: number | undefined;
}

/** One, or a list: `who: everyone`, `who: [user:ann, user:bob]`. */
function several<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(item),
  );
}

const who = z
  .string()
  .regex(
    /^(everyone|internal|(user|group|key):\S.*)$/,
    "must be everyone, internal, user:NAME, group:NAME or key:NAME",
  )
  // Such a rule would be for nobody, and a later one that allows more would decide.
  .refine(
    (text) => !/ $|, *(user|group|key):/.test(text),
    "must be one name, without a space at its end: write several as a list, [user:ann, user:bob]",
  )
  .transform((text): Who => {
    const [kind = "", ...name] = text.split(":");
    // The pattern has checked it.
    return { kind, name: name.join(":") } as Who;
  });

const operation = z
  .string()
  .refine(
    (word) => operationsMatching(word).length > 0,
    'must be an operation, a prefix like list_*, a group (read, write, destructive, admin), a domain like domain:sql, or "*"',
  );

const volumeRoot = z.string().transform((path, context) => {
  try {
    return parseVolumeRoot(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.issues.push({ code: "custom", message: error.message, input: path });
    return z.NEVER;
  }
});

const functionName = z.string().regex(functionPattern, "must be function or catalog.schema.function");

const rule = z.strictObject({
  who: several(who).refine((list) => list.length > 0, "must name somebody"),
  mode: several(oneOf(signInModes))
    .refine((list) => list.length > 0, "must name a way in, or be left out")
    .optional(),
  operations: several(operation),
  as: oneOf(identityRules).default("user-or-service"),
  warehouses: several(z.string()).optional(),
  catalogs: several(z.string()).optional(),
  volume_roots: several(volumeRoot).optional(),
  read_only: trueOrFalse,
  read_only_functions: several(functionName).default([]),
  allow_unconfined_sql: trueOrFalse,
  requests_per_minute: wholeNumber(1, 9_999_999).optional(),
});

/**
 * The rules of an access file, in their order. Throws an Error of one line that names the first line that is wrong, and why.
 */
export function readAccessFile(text: string): AccessRule[] {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  // Every value is text, as in the settings: the id of a warehouse is never a number, and `no` never false.
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problemAt(lines.linePos(problem.pos[0]).line, problem.message);
  /** Of the value, or of the nearest one around it where there is none. */
  const lineAt = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true) as Yaml.Node | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
    return path.length === 0 ? 1 : lineAt(path.slice(0, -1));
  };
  const { rules, ...others } = asObject(document.toJS());
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw problemAt(lineAt([other]), `${other}: unknown field: the file has only \`rules\``);
  if (!Array.isArray(rules)) throw problemAt(1, "the file must have a list of `rules`");
  return rules.map((given: unknown, index) => {
    try {
      return toRule(parseParameters(rule, given, "a rule"), lineAt(["rules", index]));
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      const [field = ""] = error.message.split(": ", 1);
      throw problemAt(lineAt(["rules", index, ...field.split(".")]), error.message);
    }
  });
}

function toRule(given: z.output<typeof rule>, line: number): AccessRule {
  return {
    line,
    who: given.who,
    modes: given.mode,
    policy: {
      rule: `line ${line} of ACCESS_FILE`,
      identity: identityOf(() => given.as),
      operations: new Set(given.operations.flatMap(operationsMatching)),
      catalogs: given.catalogs && new Set(given.catalogs.map(foldName)),
      volumeRoots: given.volume_roots,
      warehouses: given.warehouses && new Set(given.warehouses),
      readOnly: given.read_only,
      readOnlyFunctions: new Set(given.read_only_functions.map((name) => name.toUpperCase())),
      allowUnconfinedSql: given.allow_unconfined_sql,
    },
    requestsPerMinute: given.requests_per_minute,
  };
}

/** Why the file cannot be used as it is now; undefined if it can. */
export function problemOfAccessFile(file: string): string | undefined {
  const problem = problemOfFile(file, readAccessFile);
  return problem && `${problem}: correct the file`;
}

function problemAt(line: number, what: string): Error {
  return new Error(`line ${line}: ${what.replaceAll(/[\r\n]+/g, " ")}`);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The parser takes 8 MB, so only those who have an access file load it. Synchronously, because settings are read that way. */
function loadYaml(): typeof Yaml {
  return createRequire(import.meta.url)("yaml") as typeof Yaml;
}
