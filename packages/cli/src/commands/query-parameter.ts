import { InvalidArgumentError } from "commander";

export type Parameter = readonly [string, { readonly value: string | null; readonly type: string }];

/** `name=value`, a STRING, or `name:TYPE=value`. Throws an InvalidArgumentError for anything else. */
export function parameterOf(text: string): Parameter {
  const equals = text.indexOf("=");
  const [name = "", ...types] = text.slice(0, Math.max(equals, 0)).split(":");
  if (name === "" || types.length > 1)
    throw new InvalidArgumentError("It must be name=value or name:TYPE=value.");
  const type = types[0] ?? "STRING";
  const value = text.slice(equals + 1);
  return [name, { value: type.toUpperCase() === "VOID" ? null : value, type }];
}
