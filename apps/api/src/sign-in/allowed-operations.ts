import { operations } from "@front-door/operations";

/** What the front door does by itself and a key may be allowed like an operation. */
const ownOperations = ["get_uc_schema", "put_uc_schema"];
const names = [...Object.keys(operations), ...ownOperations];

/** Whether `pattern`, a name or a beginning of names that ends with `*`, is about this operation. */
function matches(pattern: string, operation: string): boolean {
  return pattern.endsWith("*") ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}

/** Whether the patterns allow the operation; undefined allows every one. */
export function allows(patterns: readonly string[] | undefined, operation: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, operation));
}

/** A pattern that fits no operation is a slip. */
export function allowsSomething(pattern: string): boolean {
  return names.some((name) => matches(pattern, name));
}
