import { extname } from "node:path/posix";
import type { Request, Response } from "express";

// The encoding of a text is not known. UTF-8 is right for nearly all, and with no encoding a browser would guess.
const text = "text/plain; charset=utf-8";

/**
 * What browsers show and do not run, by the extension of the file's name. HTML, SVG and XML can have scripts in them and must
 * never be here. CSV and Markdown are text, because browsers save their own types to disk.
 */
const viewableTypes: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".gif": "image/gif",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".pdf": "application/pdf",
  ".json": "application/json",
  ".csv": text,
  ".log": text,
  ".md": text,
  ".sql": text,
  ".tsv": text,
  ".txt": text,
  ".flac": "audio/flac",
  ".m4a": "audio/mp4",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".wav": "audio/wav",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
};

/** The media type with which a browser may show the file. Undefined for a file that it may only save. */
export function viewableTypeOf(path: string): string | undefined {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(viewableTypes, extension) ? viewableTypes[extension] : undefined;
}

/**
 * Sets the headers with which this origin's pages, and those of `origins`, may show the file. It runs nothing and loads nothing
 * but itself; the styles are those of the browser's own viewers. An `<img>` sends no `Origin`, so the referrer says which page
 * it is in.
 */
export function allowView(req: Request, res: Response, origins: readonly string[]): void {
  const { origin, referer = "" } = req.headers;
  const page = origin ?? URL.parse(referer)?.origin ?? "";
  if (origins.length > 0) res.vary("Referer");
  res.setHeader("Cross-Origin-Resource-Policy", origins.includes(page) ? "cross-origin" : "same-origin");
  // It knows only one origin; `frame-ancestors` takes its place.
  res.removeHeader("X-Frame-Options");
  res.setHeader(
    "Content-Security-Policy",
    [
      // No scripts. With an opaque origin a browser's own media player could not load the file.
      "sandbox allow-same-origin",
      "default-src 'none'",
      "img-src 'self'",
      "media-src 'self'",
      "style-src 'unsafe-inline'",
      ["frame-ancestors 'self'", ...origins].join(" "),
    ].join("; "),
  );
}
