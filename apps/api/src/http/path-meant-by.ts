import { nearestName } from "@front-door/service-runtime";

/** Bounds the work. */
const lengthMax = 200;

/**
 * The path that was probably meant: one of `paths` (`/api/catalogs/:name`) in other letters' case or with a slash at its end,
 * or with a last segment one or two letters away.
 */
export function pathMeantBy(given: string, paths: readonly string[]): string | undefined {
  if (given.length > lengthMax) return undefined;
  const bare = given.replace(/\/$/, "");
  const segments = bare.split("/");
  // A fixed segment sorts before a parameter.
  for (const path of paths.toSorted((a, b) => Number(a.includes(":")) - Number(b.includes(":")))) {
    const parts = path.split("/");
    const isMeant = parts.every((part, at) =>
      part.startsWith(":") ? segments[at] !== "" : part === segments[at]?.toLowerCase(),
    );
    if (isMeant && parts.length === segments.length) {
      return parts.map((part, at) => (part.startsWith(":") ? segments[at] : part)).join("/");
    }
  }
  const folder = bare.slice(0, bare.lastIndexOf("/") + 1);
  const names = paths.flatMap((path) => (path.startsWith(folder) ? path.slice(folder.length) : []));
  const name = nearestName(bare.slice(folder.length).toLowerCase(), names);
  return name === undefined ? undefined : folder + name;
}
