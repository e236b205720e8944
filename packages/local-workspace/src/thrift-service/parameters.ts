import { type ParameterValue, SqlError, type StatementParameters } from "@front-door/sql-engine";
import type { ExecuteStatementRequest, SparkArgument } from "../thrift/tcli-structs.ts";

/** The statement's parameters, by name or by position. Throws SqlError if they are mixed. */
export function parametersOf({ parameters = [] }: ExecuteStatementRequest): StatementParameters | undefined {
  if (parameters.length === 0) return undefined;
  const values = parameters.map(({ name, type, value, arguments: elements }) => {
    const text = value?.stringValue ?? value?.doubleValue ?? value?.booleanValue;
    return [
      name,
      valueOf({ type, value: text === undefined ? undefined : String(text), arguments: elements }),
    ] as const;
  });
  const named = values.filter(([name]) => name !== undefined && name !== "");
  if (named.length === 0) return values.map(([, value]) => value);
  if (named.length === values.length) return Object.fromEntries(named as [string, ParameterValue][]);
  throw new SqlError("INVALID_PARAMETER_VALUE", "Named and positional parameters cannot be mixed.");
}

/** A NULL has neither a type nor a value. An ARRAY or a MAP has its elements, the keys and values of a MAP in turn. */
function valueOf({ type = "VOID", value, arguments: elements }: SparkArgument): ParameterValue {
  if (/^(array|map)$/i.test(type)) return { type, elements: (elements ?? []).map(valueOf) };
  // The Python connector sends the text None with a NULL inside an ARRAY or a MAP.
  return { type, value: /^void$/i.test(type) ? null : (value ?? null) };
}
