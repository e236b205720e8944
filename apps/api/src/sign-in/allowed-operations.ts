import { frontDoorOperations, operations } from "@front-door/operations";

const names = [...Object.keys(operations), ...Object.keys(frontDoorOperations)];
const allButEditing = names.filter((name) => name !== "put_uc_schema");

/** Names of the callers who may change settings that all callers share; `*` is everybody who signs in. */
export type SettingsEditors = readonly string[];

/** The operations of a signed-in caller who has no list of their own; undefined is all of them. */
export function operationsOf(caller: string, editors: SettingsEditors): readonly string[] | undefined {
  return editors.includes("*") || editors.includes(caller) ? undefined : allButEditing;
}

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
