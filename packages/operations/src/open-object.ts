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

/**
 * Makes the objects in a shape that both a parameter and a result have. In a result they have no field that is not described;
 * in a parameter they are passed on as they are.
 */
export type ObjectMaker = typeof z.object;

/** For the objects in an {@link openObject}. It is typed as one of a result, since code reads only the fields that are described. */
export const looseObject = z.looseObject as unknown as ObjectMaker;
