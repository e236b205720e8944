import { operations } from "@front-door/operations";

/** Routes of the front door itself that a key can be allowed to use, like an operation. */
const ownOperations = ["get_uc_schema", "put_uc_schema"];
const names = [...Object.keys(operations), ...ownOperations];

/** Whether `pattern`, a name or a prefix that ends with `*`, matches this operation. */
function matches(pattern: string, operation: string): boolean {
  return pattern.endsWith("*") ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}

/** Whether the patterns allow the operation; undefined allows all of them. */
export function allows(patterns: readonly string[] | undefined, operation: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, operation));
}

/** A pattern that matches no operation is a mistake. */
export function allowsSomething(pattern: string): boolean {
  return names.some((name) => matches(pattern, name));
}
