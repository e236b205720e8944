/** The one of `names` that is one or two letters away from `given`. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    // Bounds the work: a caller's name can be as long as its request.
    .filter((name) => Math.abs(name.length - given.length) <= 2)
    .map((name) => ({ name, distance: editDistance(given, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined) return undefined;
  // `HOME` is two letters away from `HOST`, and no typo.
  return nearest.distance <= (nearest.name.length <= 5 ? 1 : 2) ? nearest.name : undefined;
}

/** How many letters to insert, delete, replace or swap with their neighbour to turn one text into the other. */
export function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
        swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      rows[row]?.push(distance);
    }
  }
  return at(from.length, to.length);
}
