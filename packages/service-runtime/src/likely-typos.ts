import { editDistance, nearestName } from "./nearest-name.ts";

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
    const meant = hasPrefix ? nearestOf(name, names) : nearestName(name, names);
    return meant === undefined ? [] : [{ name, meant }];
  });
}

/** However far away: nobody else's name begins like ours. */
function nearestOf(name: string, names: readonly string[]): string | undefined {
  const distances = new Map(names.map((known) => [known, editDistance(name, known)]));
  return names.toSorted((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0))[0];
}
