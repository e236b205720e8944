import { findFunction } from "../functions/registry.ts";
import { SqlError } from "../sql-error.ts";
import type { Call } from "../syntax/expression-ast.ts";
import { boundValue, findParameter } from "./parameter.ts";
import { newScope } from "./scope.ts";
import type { BoundParameter, Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

/** A parameter's value. It is named (`:name`) or positional (`?`). */
export function parameterExpression(which: string | number, translation: Translation, at: number): Typed {
  return valueOf(String(which), findParameter(which, translation, at), translation, at);
}

/** An ARRAY or a MAP is built from its elements by the function of that name. */
function valueOf(key: string, parameter: BoundParameter, translation: Translation, at: number): Typed {
  if (parameter.elements === undefined) return boundValue(key, parameter, translation);
  const name = parameter.typeText.toLowerCase();
  const definition = findFunction(name);
  if (definition?.kind !== "scalar") throw new SqlError("INTERNAL_ERROR", `A parameter cannot be a ${name}.`);
  // No parameter has a name with a slash.
  const elements = parameter.elements.map((element, i) => valueOf(`${key}/${i}`, element, translation, at));
  const node: Call = { kind: "call", name, args: [], namedArgs: [], argAliases: new Map(), distinct: false };
  const site = { name, node: { ...node, at }, scope: newScope(undefined), translation };
  return definition.build(elements, site);
}
