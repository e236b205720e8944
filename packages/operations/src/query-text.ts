import * as z from "zod";

/** A text of at most `lengthMax` characters that can stand in a query. */
export function queryText(lengthMax: number) {
  return (
    z
      .string()
      .min(1)
      .max(lengthMax)
      // No parameter of a query may have one, and the document has to say so.
      // oxlint-disable-next-line no-control-regex
      .regex(/^[^\u0000]*$/, "must not contain a NUL")
  );
}
