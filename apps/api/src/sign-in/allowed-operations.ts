import {
  allowableOperations,
  neededOperations,
  OperationError,
  type OperationName,
  operationsMatching,
  withoutParameter,
} from "@front-door/operations";

const allButEditing = allowableOperations.filter((name) => name !== "put_uc_schema");

/** Names of the callers who may change settings that all callers share; `*` is everybody who signs in. */
export type SettingsEditors = readonly string[];

/** The operations of a signed-in caller who has no list of their own; undefined is all of them. */
export function operationsOf(caller: string, editors: SettingsEditors): readonly string[] | undefined {
  return editors.includes("*") || editors.includes(caller) ? undefined : allButEditing;
}

/** Whether the words of a list (see {@link operationsMatching}) allow the operation; undefined allows all of them. */
export function allows(words: readonly string[] | undefined, operation: string): boolean {
  return (
    words === undefined || words.some((word) => operationsMatching(word).some((name) => name === operation))
  );
}

/** Throws OPERATION_NOT_ALLOWED for a parameter that makes the call do the work of an operation that is not allowed. */
export function checkNeededOperations(
  isAllowed: (operation: OperationName) => boolean,
  name: OperationName,
  params: unknown,
): void {
  for (const needed of neededOperations(name, params)) {
    if (isAllowed(needed.operation)) continue;
    const refusal = `${needed.operation} is not among your operations.`;
    throw new OperationError("OPERATION_NOT_ALLOWED", withoutParameter(needed, refusal));
  }
}

/** A word that allows no operation is a mistake. */
export function allowsSomething(word: string): boolean {
  return operationsMatching(word).length > 0;
}
