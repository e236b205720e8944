import { type OperationName, operations } from "@front-door/operations";
import type { SettingsReport } from "@front-door/service-runtime";
import { foldName } from "./fold-name.ts";
import type { IdentityRule, Policy } from "./policy.ts";
import type { PolicySettings } from "./policy-settings.ts";
import { parseVolumeRoot } from "./volume-root.ts";

const names = Object.keys(operations) as OperationName[];
const rules: readonly string[] = ["user", "service", "user-or-service"] satisfies IdentityRule[];

/** The policy that the settings describe. Reports problems, like a name that no operation has. */
export function readPolicy(values: PolicySettings, report: SettingsReport): Policy {
  const { ALLOWED_OPERATIONS: allowed, ALLOWED_CATALOGS: catalogs } = values;
  return {
    identity: identityRules(values, report),
    operations: allowed && new Set(allowed.flatMap(matchingIn("ALLOWED_OPERATIONS", report))),
    catalogs: catalogs && new Set(catalogs.map(foldName)),
    volumeRoots: values.ALLOWED_VOLUME_ROOTS?.flatMap((path) => volumeRoot(path, report) ?? []),
    readOnly: values.READ_ONLY,
    allowUnconfinedSql: values.ALLOW_UNCONFINED_SQL,
  };
}

/** The most specific pattern wins: a whole name before a prefix, a long prefix before a short one. */
function identityRules(
  { IDENTITY_POLICY: otherwise, IDENTITY_POLICY_OPERATIONS: exceptions }: PolicySettings,
  report: SettingsReport,
) {
  const setting = "IDENTITY_POLICY_OPERATIONS";
  const matching = matchingIn(setting, report);
  const patterns = exceptions.flatMap((text) => {
    const [, pattern, rule] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (pattern === undefined || rule === undefined || !rules.includes(rule)) {
      report.refuse(setting, `has "${text}": write operation=user, =service or =user-or-service`);
      return [];
    }
    return { matched: matching(pattern), pattern, rule: rule as IdentityRule };
  });
  const given = new Set(patterns.map(({ pattern }) => pattern));
  if (given.size < patterns.length) report.refuse(setting, "names an operation twice: leave one out");
  const bySpecificity = patterns.toSorted((a, b) => specificity(b.pattern) - specificity(a.pattern));
  const ruleOf = (name: OperationName) =>
    bySpecificity.find(({ matched }) => matched.includes(name))?.rule ?? otherwise;
  // All names are there: they are the contract's own.
  return Object.fromEntries(names.map((name) => [name, ruleOf(name)])) as Policy["identity"];
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length : Number.POSITIVE_INFINITY;
}

function matchingIn(setting: string, report: SettingsReport) {
  return (pattern: string): OperationName[] => {
    const matched = pattern.endsWith("*")
      ? names.filter((name) => name.startsWith(pattern.slice(0, -1)))
      : names.filter((name) => name === pattern);
    if (matched.length === 0) {
      report.refuse(setting, `names "${pattern}", and there is no such operation: see GET /operations`);
    }
    return matched;
  };
}

function volumeRoot(path: string, report: SettingsReport) {
  try {
    return parseVolumeRoot(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return report.refuse("ALLOWED_VOLUME_ROOTS", `has "${path}", which ${error.message}`);
  }
}
