import * as z from "zod";

/** Milliseconds since 1970, UTC. Databricks writes int64 as a number or as a string of digits; here a number is exact. */
export const epochMs = z
  .union([z.int(), z.string().regex(/^-?\d{1,15}$/)])
  .pipe(z.coerce.number<number | string>().int());
