import type * as z from "zod";
import type { OperationDefinition } from "./define-operation.ts";
import * as registry from "./registry.ts";

/** The definition of every operation, by its name on the wire. A copy: looking up a name is slow in a module. */
export const operations = { ...registry };

export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** The parameters as a caller gives them. */
export type OperationParams<Name extends OperationName> = z.input<Operations[Name]["params"]>;
/** The JSON reply. */
export type OperationResult<Name extends OperationName> = z.output<Operations[Name]["result"]>;

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** The definition of an operation whose name is known only at run time. */
export function definitionOf(name: OperationName): OperationDefinition {
  return operations[name];
}
