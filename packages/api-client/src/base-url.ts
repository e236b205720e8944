/**
 * The address without a slash at its end. `""` and what begins with `/` lead to the origin of the page. Throws a TypeError that
 * says what to write.
 */
export function baseUrlOf(given: string | URL): string {
  const text = String(given);
  const isPath = text === "" || text.startsWith("/");
  try {
    if (isPath || /^https?:\/\//i.test(text)) {
      const { origin, pathname } = isPath ? new URL(text || "/", pageOrigin()) : new URL(text);
      return origin + (pathname.endsWith("/") ? pathname.slice(0, -1) : pathname);
    }
  } catch {
    // The platform says no more than that the URL is invalid.
  }
  throw new TypeError(
    `baseUrl must be an address such as https://data.example.com, or in a browser "/", got ${JSON.stringify(text)}`,
  );
}

/** Undefined outside of a browser. */
function pageOrigin(): string | undefined {
  return (globalThis as { readonly location?: { readonly origin: string } }).location?.origin;
}
