const lengthMax = 64;

/**
 * Turns a person's free text into the name of a volume or schema: lower-case ASCII letters, digits and single underscores,
 * at most 64 characters, without accents ("Ventas año 2026" → `ventas_ano_2026`). The same text always gives the same
 * name. Returns "" for a text without a Latin letter or digit.
 */
export function slugFromName(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_/, "")
    .slice(0, lengthMax)
    .replace(/_$/, "");
}
