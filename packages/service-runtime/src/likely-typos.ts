export interface KnownSettings {
  readonly names: readonly string[];
  /** Only our names begin with these. */
  readonly prefixes: readonly string[];
}

export interface LikelyTypo {
  readonly name: string;
  /** The nearest real name. */
  readonly meant: string;
}

/** What Kubernetes and Docker set for a service whose name is a prefix of ours, like `gateway`. */
const serviceLink = /_SERVICE_(HOST|PORT)|_PORT_\d+_/;

/** The names that look like one of ours and are not, each with the setting that was probably meant. */
export function likelyTypos(given: readonly string[], { names, prefixes }: KnownSettings): LikelyTypo[] {
  return given.flatMap((name) => {
    if (names.includes(name) || serviceLink.test(name)) return [];
    const hasPrefix = prefixes.some((prefix) => name.startsWith(prefix));
    const [nearest] = names
      .filter((known) => hasPrefix || Math.abs(known.length - name.length) <= 2)
      .map((known) => ({ meant: known, distance: editDistance(name, known) }))
      .toSorted((a, b) => a.distance - b.distance);
    if (nearest === undefined) return [];
    // `HOME` is two letters away from `HOST`, and no typo.
    const isNear = nearest.distance <= (nearest.meant.length <= 5 ? 1 : 2);
    return hasPrefix || isNear ? [{ name, meant: nearest.meant }] : [];
  });
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
