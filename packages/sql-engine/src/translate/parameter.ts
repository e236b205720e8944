import { inAnsiMode } from "../session-mode.ts";
import { SqlError } from "../sql-error.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { BINARY, type DataType, STRING } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { cast } from "./cast.ts";
import type { BoundParameter, Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** The marker of a parameter without elements, cast from its text by Databricks' rules. */
export function boundValue(key: string, parameter: BoundParameter, translation: Translation): Typed {
  const type = parameterType(parameter);
  if (parameter.value === null) return { sql: `CAST(NULL AS ${duckType(type)})`, type, literal: null };
  const marker = translation.marker(key, parameter);
  if (typeof parameter.value !== "string") return typed(`CAST(${marker} AS BLOB)`, BINARY);
  return inAnsiMode(() => cast(typed(`CAST(${marker} AS VARCHAR)`, STRING), type));
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
