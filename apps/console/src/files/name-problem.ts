/** What is wrong with the name of a file or a folder, or undefined. An empty one is not said to be wrong: it is not yet written. */
export function nameProblem(name: string): string | undefined {
  if (name.includes("/")) return "A name must have no slash.";
  if (name === "." || name === "..") return `${name} must not be a name.`;
  if (new TextEncoder().encode(name).length > 255) return "A name must have at most 255 bytes.";
  return undefined;
}
