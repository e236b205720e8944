/**
 * The path, if it is one of the console's own, so that a link cannot lead elsewhere after the sign-in. A browser drops tabs and
 * line feeds from an address, so that what is not parsed can become another origin.
 */
export function ownPath(back: unknown, origin: string): string | undefined {
  if (typeof back !== "string" || !back.startsWith("/") || !URL.canParse(back, origin)) return undefined;
  const url = new URL(back, origin);
  // A path that begins with two slashes, as "/.//evil.example" does once it is parsed, is read as another host the next time.
  if (url.origin !== origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search + url.hash;
}
