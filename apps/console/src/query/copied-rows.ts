/** More would hold up the page for seconds: an export is for that. */
const cellsMax = 200_000;

/** How many rows of a selected area a copy has, from its first row on. */
export function copiedRows({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.min(height, Math.ceil(cellsMax / Math.max(1, width)));
}
