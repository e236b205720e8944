import { findFunction } from "../functions/registry.ts";
import { SqlError } from "../sql-error.ts";
import type { Call } from "../syntax/expression-ast.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { BINARY, type DataType, STRING } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { cast } from "./cast.ts";
import { newScope } from "./scope.ts";
import type { BoundParameter, Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** A parameter's marker, cast from its text by Databricks' rules. It is named (`:name`) or positional (`?`). */
export function parameterValue(which: string | number, translation: Translation, at: number): Typed {
  return boundValue(String(which), findParameter(which, translation, at), translation, at);
}

function boundValue(key: string, parameter: BoundParameter, translation: Translation, at: number): Typed {
  if (parameter.elements !== undefined) return nestedValue(key, parameter, translation, at);
  const type = parameterType(parameter);
  if (parameter.value === null) return { sql: `CAST(NULL AS ${duckType(type)})`, type, literal: null };
  const marker = translation.marker(key, parameter);
  if (typeof parameter.value !== "string") return typed(`CAST(${marker} AS BLOB)`, BINARY);
  return cast(typed(`CAST(${marker} AS VARCHAR)`, STRING), type);
}

/** An ARRAY or a MAP, as the function of that name builds it. */
function nestedValue(key: string, parameter: BoundParameter, translation: Translation, at: number): Typed {
  const name = parameter.typeText.toLowerCase();
  const definition = findFunction(name);
  if (definition?.kind !== "scalar") throw new SqlError("INTERNAL_ERROR", `A parameter cannot be a ${name}.`);
  const elements = (parameter.elements ?? []).map((element, i) =>
    // No parameter has a name with a slash.
    boundValue(`${key}/${i}`, element, translation, at),
  );
  const node: Call = { kind: "call", name, args: [], namedArgs: [], argAliases: new Map(), distinct: false };
  const site = { name, node: { ...node, at }, scope: newScope(undefined), translation };
  return definition.build(elements, site);
}

export function findParameter(which: string | number, translation: Translation, at: number): BoundParameter {
  const { parameters, positionals } = translation.context;
  const found =
    typeof which === "number"
      ? positionals[which]
      : (parameters.get(which) ?? byOtherCase(which, parameters));
  if (found === undefined) {
    const name = typeof which === "number" ? `_${which}` : which;
    const text = `Found the unbound parameter: ${name}. Please, fix \`args\` and provide a mapping of the parameter to a SQL literal.`;
    throw new SqlError("UNBOUND_SQL_PARAMETER", text, translation.position(at));
  }
  return found;
}

function byOtherCase(
  name: string,
  parameters: ReadonlyMap<string, BoundParameter>,
): BoundParameter | undefined {
  for (const [key, value] of parameters) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}

function parameterType(parameter: BoundParameter): DataType {
  const tokens = tokensOf(parameter.typeText);
  const type = parseType(tokens);
  if (tokens.peek().kind !== "end") throw tokens.error();
  return type.kind === "string" ? STRING : type;
}
