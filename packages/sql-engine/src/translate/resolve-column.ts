import { quoteText } from "../duckdb/quote.ts";
import { SqlError } from "../sql-error.ts";
import { DATE, STRING, TIMESTAMP, TIMESTAMP_NTZ } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { fieldOf } from "./cast-nested.ts";
import { toClock, today } from "./clock.ts";
import type { Scope, ScopeColumn } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** Resolves a name: a lambda's parameter, a column, an alias to the left, or a function without brackets. */
export function resolveColumn(parts: string[], scope: Scope, translation: Translation, at: number): Typed {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = lookUp(parts, level, translation, at);
    if (found !== undefined) return found;
  }
  const [only = ""] = parts;
  const bare = parts.length === 1 ? bareFunction(only, translation) : undefined;
  if (bare !== undefined) return bare;
  throw unresolved(parts, scope, translation, at);
}

function lookUp(parts: string[], scope: Scope, translation: Translation, at: number): Typed | undefined {
  const [first = "", ...rest] = parts;
  const variable = scope.variables.get(first.toLowerCase());
  if (variable !== undefined) return withFields(variable, rest, translation, at);
  for (let qualifiers = Math.min(3, parts.length - 1); qualifiers >= 0; qualifiers--) {
    const found = scope.columns.filter((column) => matches(column, parts, qualifiers));
    const plain = found.filter((column) => column.hidden !== true);
    const candidates = plain.length > 0 ? plain : found;
    const [column] = candidates;
    if (column === undefined) continue;
    if (candidates.length > 1) throw ambiguous(parts, candidates, translation, at);
    return withFields(column.value, parts.slice(qualifiers + 1), translation, at);
  }
  const alias = scope.aliases.get(first.toLowerCase());
  return alias === undefined ? undefined : withFields(alias, rest, translation, at);
}

function matches(column: ScopeColumn, parts: string[], qualifiers: number): boolean {
  if (column.name.toLowerCase() !== parts[qualifiers]?.toLowerCase()) return false;
  if (qualifiers === 0) return true;
  const wanted = parts.slice(0, qualifiers).map((part) => part.toLowerCase());
  const offered = column.qualifier.slice(-qualifiers);
  return offered.length === qualifiers && offered.every((part, i) => part === wanted[i]);
}

function withFields(value: Typed, names: string[], translation: Translation, at: number): Typed {
  return names.reduce((base, name) => fieldAccess(base, name, translation, at), value);
}

/** `struct.field`. For an array of structs it returns the array of fields, for a map the value of that key. */
export function fieldAccess(base: Typed, name: string, translation: Translation, at: number): Typed {
  const { type } = base;
  if (type.kind === "map" && type.key.kind === "string") {
    return typed(`map_extract_value(${base.sql}, ${quoteText(name)})`, type.value);
  }
  const fields =
    type.kind === "struct"
      ? type.fields
      : type.kind === "array" && type.element.kind === "struct"
        ? type.element.fields
        : undefined;
  if (fields === undefined) {
    const text = `Can't extract a value from "${name}". Need a complex type [STRUCT, ARRAY, MAP] but got "${sqlTypeText(type)}".`;
    throw new SqlError("INVALID_EXTRACT_FIELD", text, translation.position(at));
  }
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field === undefined) {
    const known = fields.map((one) => `\`${one.name}\``).join(", ");
    throw new SqlError(
      "UNRESOLVED_FIELD",
      `No such struct field \`${name}\` in ${known}.`,
      translation.position(at),
    );
  }
  if (type.kind === "struct") return typed(fieldOf(base.sql, field.name), field.type);
  return typed(`list_transform(${base.sql}, lambda s: ${fieldOf("s", field.name)})`, {
    kind: "array",
    element: field.type,
  });
}

function bareFunction(name: string, translation: Translation): Typed | undefined {
  switch (name.toLowerCase()) {
    case "current_date":
      return typed(today(), DATE);
    case "current_timestamp":
      return typed("now()", TIMESTAMP);
    case "localtimestamp":
      return typed(toClock("now()"), TIMESTAMP_NTZ);
    case "current_user":
    case "session_user":
    case "user":
      return typed(quoteText(translation.context.principal), STRING);
    default:
      return undefined;
  }
}

const shown = (parts: string[]) => parts.map((part) => `\`${part}\``).join(".");

function ambiguous(parts: string[], found: ScopeColumn[], translation: Translation, at: number): SqlError {
  const options = found.map((one) => shown([...one.qualifier, one.name])).join(", ");
  const text = `Reference ${shown(parts)} is ambiguous, could be: [${options}].`;
  return new SqlError("AMBIGUOUS_REFERENCE", text, translation.position(at));
}

function unresolved(parts: string[], scope: Scope, translation: Translation, at: number): SqlError {
  const known = scope.columns.filter((one) => one.hidden !== true).map((one) => shown([one.name]));
  const what = `A column, variable, or function parameter with name ${shown(parts)} cannot be resolved.`;
  if (known.length === 0)
    return new SqlError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", what, translation.position(at));
  const text = `${what} Did you mean one of the following? [${[...new Set(known)].slice(0, 5).join(", ")}].`;
  return new SqlError("UNRESOLVED_COLUMN.WITH_SUGGESTION", text, translation.position(at));
}
