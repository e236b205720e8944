/** How a file is shown. */
export type PreviewKind = "text" | "csv" | "json" | "parquet" | "image" | "pdf" | "archive" | "other";

const extensions: Readonly<Record<Exclude<PreviewKind, "other">, string>> = {
  // A small SVG can make a browser take gigabytes to draw it.
  text: "txt md log sql py r scala java js ts sh yaml yml toml ini cfg conf xml svg html htm css jsonl ndjson env properties",
  csv: "csv tsv",
  json: "json geojson ipynb",
  parquet: "parquet parq",
  image: "png jpg jpeg gif webp avif bmp",
  pdf: "pdf",
  archive: "zip gz tgz tar bz2 xz zst 7z jar whl",
};

const kinds = new Map(
  Object.entries(extensions).flatMap(([kind, words]) =>
    words.split(" ").map((word) => [word, kind as PreviewKind] as const),
  ),
);

/** By the extension of the name, as {@link extensionOf} has it. */
export function kindOf(name: string): PreviewKind {
  return kinds.get(extensionOf(name)) ?? "other";
}

/** In lower case, without the point. Empty: it has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}
