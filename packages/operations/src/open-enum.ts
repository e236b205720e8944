import * as z from "zod";

/**
 * One of the values that are known today, or another one: Databricks adds values, and a reply with one must not fail. In the
 * API document the known ones are a schema of their own, named `id`.
 */
export function openEnum<const Value extends string>(
  id: string,
  values: readonly Value[],
  description: string,
) {
  const known = z.enum(values).meta({ id, description });
  return z.union([known, z.string()]).describe(`${description} Databricks may add values.`);
}

/** One of these values: the set has not grown for years. Another one passes all the same. */
export function settledEnum(id: string, values: readonly string[], description: string) {
  return z.string().meta({ id, description, enum: [...values] });
}
