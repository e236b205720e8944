import * as z from "zod";

/** `a, b` of a setting as `["a", "b"]`. */
export const commaList = z.string().transform((text) =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== ""),
);
