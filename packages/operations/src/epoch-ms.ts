import * as z from "zod";

/** Milliseconds since 1970, UTC. Databricks writes int64 as a number or as a string of digits; here a number is exact. */
export const epochMs = z
  .union([z.int(), z.string().regex(/^-?\d{1,15}$/)])
  // The first schema has made sure of it. A check here would cost a tenth of the memory of a long listing.
  .pipe(z.coerce.number<number | string>().meta({ type: "integer" }));
