import { type OperationName, operations } from "@front-door/operations";
import { ConfigError } from "../config/config-error.ts";
import type { Settings } from "../config/settings.ts";
import { foldName } from "./fold-name.ts";
import type { IdentityRule, Policy } from "./policy.ts";
import { parseVolumeRoot, type VolumeRoot } from "./volume-root.ts";

const names = Object.keys(operations) as OperationName[];
const rules: readonly string[] = ["user", "service", "user-or-service"] satisfies IdentityRule[];

/** The policy that the settings describe. Throws a ConfigError for a name that no operation has. */
export function readPolicy(values: Settings): Policy {
  const { ALLOWED_OPERATIONS: allowed, ALLOWED_CATALOGS: catalogs } = values;
  return {
    identity: identityRules(values),
    operations: allowed && new Set(allowed.flatMap((pattern) => matching("ALLOWED_OPERATIONS", pattern))),
    catalogs: catalogs && new Set(catalogs.map(foldName)),
    volumeRoots: values.ALLOWED_VOLUME_ROOTS?.map(volumeRoot),
    readOnly: values.READ_ONLY,
    allowUnconfinedSql: values.ALLOW_UNCONFINED_SQL,
  };
}

/** The most specific pattern wins: a whole name before a prefix, a long prefix before a short one. */
function identityRules({ IDENTITY_POLICY: otherwise, IDENTITY_POLICY_OPERATIONS: exceptions }: Settings) {
  const patterns = exceptions.map((text) => {
    const [, pattern, rule] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (pattern === undefined || rule === undefined || !rules.includes(rule)) {
      throw new ConfigError(
        `IDENTITY_POLICY_OPERATIONS has "${text}": write operation=user, =service or =user-or-service`,
      );
    }
    return { matched: matching("IDENTITY_POLICY_OPERATIONS", pattern), pattern, rule: rule as IdentityRule };
  });
  const given = new Set(patterns.map(({ pattern }) => pattern));
  if (given.size < patterns.length) {
    throw new ConfigError("IDENTITY_POLICY_OPERATIONS names an operation twice: leave one out");
  }
  const bySpecificity = patterns.toSorted((a, b) => specificity(b.pattern) - specificity(a.pattern));
  const ruleOf = (name: OperationName) =>
    bySpecificity.find(({ matched }) => matched.includes(name))?.rule ?? otherwise;
  // All names are there: they are the contract's own.
  return Object.fromEntries(names.map((name) => [name, ruleOf(name)])) as Policy["identity"];
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length : Number.POSITIVE_INFINITY;
}

function matching(setting: string, pattern: string): OperationName[] {
  const matched = pattern.endsWith("*")
    ? names.filter((name) => name.startsWith(pattern.slice(0, -1)))
    : names.filter((name) => name === pattern);
  if (matched.length === 0) {
    throw new ConfigError(
      `${setting} names "${pattern}", and no operation is called so: see GET /operations`,
    );
  }
  return matched;
}

function volumeRoot(path: string): VolumeRoot {
  try {
    return parseVolumeRoot(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(`ALLOWED_VOLUME_ROOTS has "${path}", which ${error.message}`);
  }
}
