/** The objects of a list, each mapped. What is odd stays as it is, for the check of the whole result. */
export function mapIfList(list: unknown, map: (entry: Readonly<Record<string, unknown>>) => object): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((entry: unknown) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? map(entry as Readonly<Record<string, unknown>>)
      : entry,
  );
}
