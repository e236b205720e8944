/**
 * A parameter of an address, if it is there once. A route names each of its parameters in what it returns, with `undefined` for
 * what is not good: the router keeps the raw value of a key that is left out.
 */
export function stringParameter(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
