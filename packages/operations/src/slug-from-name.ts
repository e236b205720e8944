import { OperationError } from "./errors.ts";

const lengthMax = 64;

/**
 * Makes a volume or schema name out of a person's free text: lower-case ASCII letters, digits and single underscores,
 * at most 64 characters, accents dropped ("Ventas año 2026" → `ventas_ano_2026`). The same text always gives the same
 * name. Throws an INVALID_PARAMETER_VALUE {@link OperationError} when no letter or digit is left.
 */
export function slugFromName(text: string): string {
  const slug = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_/, "")
    .slice(0, lengthMax)
    .replace(/_$/, "");
  if (slug === "") {
    const message = "must contain at least one Latin letter or digit";
    throw new OperationError("INVALID_PARAMETER_VALUE", `display_name: ${message}`, {
      details: [{ field: "display_name", message }],
    });
  }
  return slug;
}
