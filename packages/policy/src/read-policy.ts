import { isOperationName, type OperationName, operations, operationsMatching } from "@front-door/operations";
import { commaSeparated, oneOf, type SettingsReport, trueOrFalse } from "@front-door/service-runtime";
import * as z from "zod";
import { type IdentityRule, identityRules, type Policy } from "./policy.ts";
import { foldName, parseVolumeRoot, type VolumeRoot } from "./volume-root.ts";

/** The settings for what operations may do, and as which identity. */
export const policySettings = {
  IDENTITY_POLICY: oneOf(identityRules).default("user-or-service"),
  IDENTITY_POLICY_OPERATIONS: commaSeparated.default([]),
  ALLOWED_OPERATIONS: commaSeparated.default(["*"]),
  ALLOWED_CATALOGS: commaSeparated.optional(),
  ALLOWED_VOLUME_ROOTS: commaSeparated.optional(),
  ALLOWED_WAREHOUSES: commaSeparated.optional(),
  READ_ONLY: trueOrFalse,
  READ_ONLY_FUNCTIONS: commaSeparated.default([]),
  ALLOW_UNCONFINED_SQL: trueOrFalse,
};

const settings = z.object(policySettings);
type PolicySettings = z.output<typeof settings>;

const names = Object.keys(operations) as OperationName[];

/** The policy that the settings describe. Reports problems, like a name that no operation has. */
export function readPolicy(values: PolicySettings, report: SettingsReport): Policy {
  const { ALLOWED_OPERATIONS: allowed, ALLOWED_CATALOGS: catalogs } = values;
  return {
    rule: undefined,
    identity: identityPolicy(values, report),
    operations: new Set(allowed.flatMap((each) => matching(each, "ALLOWED_OPERATIONS", report))),
    catalogs: catalogs && new Set(catalogs.map(foldName)),
    volumeRoots: values.ALLOWED_VOLUME_ROOTS?.flatMap((path) => volumeRoot(path, report) ?? []),
    warehouses: values.ALLOWED_WAREHOUSES && new Set(values.ALLOWED_WAREHOUSES),
    readOnly: values.READ_ONLY,
    readOnlyFunctions: new Set(
      values.READ_ONLY_FUNCTIONS.flatMap((name) => functionName(name, report) ?? []),
    ),
    allowUnconfinedSql: values.ALLOW_UNCONFINED_SQL,
  };
}

/** The most specific pattern wins: a whole name before a prefix, a long prefix before a short one. */
function identityPolicy(
  { IDENTITY_POLICY: otherwise, IDENTITY_POLICY_OPERATIONS: exceptions }: PolicySettings,
  report: SettingsReport,
): Policy["identity"] {
  const setting = "IDENTITY_POLICY_OPERATIONS";
  const patterns = exceptions.flatMap((text) => {
    const [pattern = "", ...rest] = text.split("=");
    const rule = identityRules.find((each) => each === rest.join("="));
    if (rule !== undefined) return [{ pattern, rule, matched: matching(pattern, setting, report) }];
    report.refuse(setting, `has "${text}": write operation=user, =service or =user-or-service`);
    return [];
  });
  if (new Set(patterns.map(({ pattern }) => pattern)).size < patterns.length) {
    report.refuse(setting, "names an operation twice: leave one out");
  }
  const bySpecificity = patterns.toSorted((a, b) => specificity(b.pattern) - specificity(a.pattern));
  const ruleOf = (name: OperationName) =>
    bySpecificity.find(({ matched }) => matched.includes(name))?.rule ?? otherwise;
  return identityOf(ruleOf);
}

export function identityOf(ruleOf: (name: OperationName) => IdentityRule): Policy["identity"] {
  // Has every name, which the type of `fromEntries` does not say.
  return Object.fromEntries(names.map((name) => [name, ruleOf(name)])) as Policy["identity"];
}

/** A name, then a prefix by its length, then a group. */
function specificity(pattern: string): number {
  if (pattern.endsWith("*")) return pattern.length;
  return isOperationName(pattern) ? Number.POSITIVE_INFINITY : 0;
}

function matching(pattern: string, setting: string, report: SettingsReport) {
  const matched = operationsMatching(pattern);
  if (matched.length === 0) {
    report.refuse(setting, `names "${pattern}", which is not an operation: see GET /operations`);
  }
  return matched;
}

function volumeRoot(path: string, report: SettingsReport): VolumeRoot | undefined {
  try {
    return parseVolumeRoot(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return report.refuse("ALLOWED_VOLUME_ROOTS", `has "${path}", which ${error.message}`);
  }
}

/** A function as SQL names it. */
export const functionPattern = /^[\w-]+(\.[\w-]+){0,2}$/;

/** In upper case, as {@link whyNotReading} compares names. */
function functionName(name: string, report: SettingsReport): string | undefined {
  if (functionPattern.test(name)) return name.toUpperCase();
  return report.refuse("READ_ONLY_FUNCTIONS", `has "${name}": write function or catalog.schema.function`);
}
