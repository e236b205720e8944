import { type FrontDoorOperation, frontDoorOperations } from "./front-door-operations.ts";
import { type OperationName, operations } from "./operations.ts";

/** What a list can allow: an operation of Databricks, or of the front door itself. */
export type AllowableOperation = OperationName | FrontDoorOperation;

const kinds: Readonly<Record<AllowableOperation, "query" | "mutation">> = {
  // As the type of `operations` says.
  ...(Object.fromEntries(Object.entries(operations).map(([name, { kind }]) => [name, kind])) as Record<
    OperationName,
    "query" | "mutation"
  >),
  ...frontDoorOperations,
};
const names = Object.keys(kinds) as AllowableOperation[];
/** Groups, by what an operation does to Databricks. A statement can change something, so running one is a `write`. */
const groups: Readonly<Record<string, "query" | "mutation">> = { read: "query", write: "mutation" };

/**
 * The operations that a word in a list allows: a name; a prefix like `list_*`; `*` for all; `read` or `write` for all that
 * change nothing, or may change something. None for a word that is a mistake.
 */
export function operationsMatching(word: string): readonly AllowableOperation[] {
  const group = Object.hasOwn(groups, word) ? groups[word] : undefined;
  if (group !== undefined) return names.filter((name) => kinds[name] === group);
  const prefix = word.endsWith("*") ? word.slice(0, -1) : undefined;
  return names.filter((name) => (prefix === undefined ? name === word : name.startsWith(prefix)));
}
