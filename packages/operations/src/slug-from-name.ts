const lengthMax = 64;

/**
 * Makes the name of a volume from free text: lower-case ASCII letters, digits and single underscores, at most 64 characters,
 * without accents ("Ventas año 2026" → `ventas_ano_2026`). Returns "" for text without a Latin letter or digit.
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
