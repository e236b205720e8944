import * as z from "zod";

/**
 * An id of 64 bits as Databricks returns it: a number, or digits where it is too large for one (the gateway's parser keeps
 * those). Here it is always a string of digits, since JSON numbers beyond 2^53 lose digits in most languages.
 */
export const int64Id = z
  .union([z.int(), z.string().regex(/^-?\d{1,19}$/)])
  .pipe(z.coerce.string<number | string>());

/** The parameter of such an id. Nothing but digits is let into a request. */
export function int64IdParam(what: string) {
  return z.string().regex(/^\d{1,19}$/, `must be the id of ${what}, in digits, like 620093400213`);
}
