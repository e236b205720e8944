/** The parts of a folder's address after `/files`, decoded: catalog, schema, volume, and the folders below. */
export function partsOfAddress(address: string): string[] {
  const [, first, ...encoded] = address.split("/");
  return first === "files" ? encoded.filter((part) => part !== "").map(decoded) : [];
}

/** The address of the page of a path, such as `/Volumes/main/default/files/2026`, or of a catalog or a schema. */
export function folderAddress(path: string): string {
  const [, , ...parts] = path.split("/");
  return ["/files", ...parts.map(encodeURIComponent)].join("/");
}

/** The path that the API takes. */
export function pathOf(parts: readonly string[]): string {
  return ["/Volumes", ...parts].join("/");
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Whether a path names a volume itself, which has nothing above it that is a folder. */
export function isVolume(path: string): boolean {
  return path.split("/").length === 5;
}

/** Whether one path is the other, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The same path with a number before the extension: `a.csv` is `a (2).csv`. */
export function numbered(path: string, number: number): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return `${parentOf(path)}/${stem} (${number})${name.slice(stem.length)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
