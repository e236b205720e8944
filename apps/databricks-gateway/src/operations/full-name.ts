/** `a.b.c` for a path of Unity Catalog, each part percent-encoded: the SDK puts it into the path as it is. */
export function fullNameInPath(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join(".");
}
