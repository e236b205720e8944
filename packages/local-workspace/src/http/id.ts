import { z } from "zod";
import { invalidParameter } from "./api-error.ts";
import type { Call } from "./call.ts";

/** An int64 in a body, which Databricks takes as a number and as digits. */
export const idSchema = z
  .union([z.number().int(), z.string().regex(/^\d{1,19}$/)])
  .transform((id) => String(id));

/** An int64 in the query. Throws 400 if it is missing or not a number. */
export function idInQuery({ query }: Call, name: string): string {
  const id = query.get(name) ?? "";
  if (id === "") throw invalidParameter(`Missing required field: ${name}`);
  if (!/^\d{1,19}$/.test(id)) throw invalidParameter(`${name} must be an integer, got "${id}".`);
  return id;
}
