/** `a.b.c` with each part percent-encoded: the SDK puts a name into the path as it is (docs/sdk-transport.md, SDK 11). */
export function fullNameInPath(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join(".");
}
