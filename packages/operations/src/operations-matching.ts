import type { OperationDefinition } from "./define-operation.ts";
import { isDomain } from "./domains.ts";
import { type FrontDoorOperation, frontDoorOperations } from "./front-door-operations.ts";
import { type OperationName, operations } from "./operations.ts";

/** What a list can allow: an operation of Databricks, or of the front door itself. */
export type AllowableOperation = OperationName | FrontDoorOperation;

type Labels = Pick<OperationDefinition, "kind" | "allowedByDefault"> &
  Partial<Pick<OperationDefinition, "admin" | "domain">>;

const labels = new Map<AllowableOperation, Labels>([
  ...(Object.entries(operations) as [OperationName, OperationDefinition][]),
  ...Object.entries(frontDoorOperations).map(
    ([name, kind]) => [name as FrontDoorOperation, { kind, allowedByDefault: true }] as const,
  ),
]);

export const allowableOperations: readonly AllowableOperation[] = [...labels.keys()];

/** Those that must be allowed by name: these words, or the operation's own name. */
const byNameGroups: Readonly<Record<string, (operation: Labels) => boolean>> = {
  destructive: ({ kind }) => kind === "destructive",
  admin: ({ admin }) => admin === true,
};

/** Groups, by what an operation does to Databricks. A statement can change something, so running one is a `write`. */
const groups: Readonly<Record<string, (operation: Labels) => boolean>> = {
  read: ({ kind }) => kind === "query",
  write: ({ kind }) => kind !== "query",
};

/**
 * The operations that a word in a list allows: a name; a prefix like `list_*`; `*` for all; `read` or `write` for all that
 * change nothing, or may change something; `domain:sql` for all of a domain. None of these but the name allows what must be
 * allowed by name, and nor does a prefix: an upgrade must not widen what a list allows to deletions. `destructive` and `admin`
 * do. No operation for a word that is a mistake.
 */
export function operationsMatching(word: string): readonly AllowableOperation[] {
  if (labels.has(word as AllowableOperation)) return [word as AllowableOperation];
  const byName = ownValue(byNameGroups, word);
  if (byName !== undefined) return named(byName);
  const matches = matcherOf(word);
  return matches === undefined ? [] : named((each, name) => each.allowedByDefault && matches(each, name));
}

/** False for an operation that only its name, `destructive` or `admin` allows. */
export function isAllowedByDefault(name: AllowableOperation): boolean {
  return labels.get(name)?.allowedByDefault === true;
}

type Matcher = (operation: Labels, name: string) => boolean;

function matcherOf(word: string): Matcher | undefined {
  const domain = word.startsWith("domain:") ? word.slice("domain:".length) : undefined;
  if (domain !== undefined) return isDomain(domain) ? (each) => each.domain === domain : undefined;
  if (word.endsWith("*")) return (_each, name) => name.startsWith(word.slice(0, -1));
  return ownValue(groups, word);
}

function named(matches: Matcher): AllowableOperation[] {
  return allowableOperations.filter((name) => {
    const each = labels.get(name);
    return each !== undefined && matches(each, name);
  });
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
