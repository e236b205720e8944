import { type ComponentType, lazy, Suspense } from "react";
import type { Entry } from "./directory-query.ts";
import { ImagePreview } from "./image-preview.tsx";
import { NoPreview } from "./no-preview.tsx";
import { PdfPreview } from "./pdf-preview.tsx";
import { kindOf, type PreviewKind } from "./preview-kind.ts";
import { JsonPreview, TextPreview } from "./text-preview.tsx";

// The parsers are as large as the rest of the page.
const CsvPreview = lazy(async () => ({ default: (await import("./csv-preview.tsx")).CsvPreview }));
const ParquetPreview = lazy(async () => ({
  default: (await import("./parquet-preview.tsx")).ParquetPreview,
}));

const previews: Readonly<Record<PreviewKind, ComponentType<{ readonly entry: Entry }>>> = {
  text: TextPreview,
  json: JsonPreview,
  csv: CsvPreview,
  parquet: ParquetPreview,
  image: ImagePreview,
  pdf: PdfPreview,
  archive: NoPreview,
  // A file without an extension is often a text.
  other: TextPreview,
};

/** The beginning of a file, as what its name says that it is. */
export function FilePreview({ entry }: { readonly entry: Entry }) {
  const Preview = previews[kindOf(entry.name)];
  return (
    <Suspense fallback={<p className="muted">Loading…</p>}>
      <Preview entry={entry} />
    </Suspense>
  );
}
