import { definitionOf, type OperationName } from "./operations.ts";

/** An operation whose work a call does too, because of one of its parameters. */
export interface NeededOperation {
  readonly parameter: string;
  readonly operation: OperationName;
}

/** What must be allowed besides the operation itself for a call with these parameters. One that is false or empty asks for nothing. */
export function neededOperations(name: OperationName, params: unknown): readonly NeededOperation[] {
  const { alsoNeeds } = definitionOf(name);
  if (alsoNeeds === undefined) return [];
  return Object.entries({ ...(params as object) })
    .filter(([, value]) => isSet(value))
    .flatMap(([parameter]) => {
      const needed = alsoNeeds[parameter] ?? [];
      // A test compares them with the registry, which their type cannot name: it is made of the definitions.
      return needed.map((operation) => ({ parameter, operation: operation as OperationName }));
    });
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false;
}

/** The refusal of a needed operation, with what to do about it. */
export function withoutParameter({ parameter, operation }: NeededOperation, refusal: string): string {
  return `Without the right to ${operation}, leave ${parameter} out: ${refusal}`;
}
