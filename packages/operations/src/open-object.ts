import * as z from "zod";

/**
 * An object of Databricks' own of which only some fields are described: the others are passed on as they are. A number in
 * it that has lost digits is refused.
 */
export function openObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).superRefine((given, context) => {
    for (const path of roundedIntegers(given)) {
      context.addIssue({
        code: "custom",
        path,
        message: "is an integer beyond 2^53: write it as a string of its digits",
      });
    }
  });
}

/** The paths of the integers that a JSON number cannot hold exactly. */
function roundedIntegers(value: unknown): string[][] {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? [[]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    roundedIntegers(inner).map((path) => [key, ...path]),
  );
}
