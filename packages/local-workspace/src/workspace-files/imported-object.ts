import { ApiError, invalidParameter, notImplemented } from "../http/api-error.ts";
import type { WorkspaceObject } from "./object-state.ts";

type Language = NonNullable<WorkspaceObject["language"]>;

/** The first line of a notebook's source, and the ending of its file. */
const SOURCE: Readonly<Record<Language, { header: string; ending: string }>> = {
  PYTHON: { header: "# Databricks notebook source", ending: "py" },
  SCALA: { header: "// Databricks notebook source", ending: "scala" },
  SQL: { header: "-- Databricks notebook source", ending: "sql" },
  R: { header: "# Databricks notebook source", ending: "r" },
};

const BYTES_MAX = 10 * 1024 * 1024;

interface Import {
  path: string;
  content: string;
  format: string;
  language?: Language | undefined;
}

/** What an import makes. Throws 400 for what Databricks refuses, and 501 for a format that is not emulated. */
export function importedObject({ path, content, format, language }: Import) {
  const bytes = Buffer.from(content, "base64");
  if (bytes.length > BYTES_MAX) {
    const message = `File size imported is (${bytes.length} bytes), exceeded max size (${BYTES_MAX} bytes)`;
    throw new ApiError(400, "MAX_NOTEBOOK_SIZE_EXCEEDED", message);
  }
  const file = { path, type: "FILE" as const, language: undefined, bytes };
  if (format === "RAW") return file;
  if (format === "AUTO") {
    if (/\.ipynb$/i.test(path)) throw notImplemented("notebooks of Jupyter");
    const known = notebookLanguage(path, bytes);
    if (known === undefined) return file;
    const bare = path.slice(0, path.lastIndexOf("."));
    return { path: bare, type: "NOTEBOOK" as const, language: known, bytes };
  }
  if (format !== "SOURCE") throw notImplemented(`the format ${format} of a notebook`);
  if (language === undefined) throw invalidParameter("The language must be set with the format SOURCE.");
  return { path, type: "NOTEBOOK" as const, language, bytes };
}

/** Its bytes and the ending of its file. The source of a notebook begins with a line that says so. */
export function exportedObject(
  { path, language }: WorkspaceObject,
  bytes: Buffer,
  format: string,
): { bytes: Buffer; ending: string } {
  if (language === undefined) {
    if (format === "RAW" || format === "AUTO" || format === "SOURCE")
      return { bytes, ending: path.includes(".") ? path.slice(path.lastIndexOf(".") + 1) : "" };
    throw invalidParameter(`Format ${format} is not supported for the file ${path}.`);
  }
  if (format !== "SOURCE" && format !== "AUTO") throw notImplemented(`the format ${format} of a notebook`);
  const { header, ending } = SOURCE[language];
  if (bytes.toString("utf8", 0, header.length) === header) return { bytes, ending };
  return { bytes: Buffer.concat([Buffer.from(`${header}\n`), bytes]), ending };
}

function notebookLanguage(path: string, bytes: Buffer): Language | undefined {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const [line = ""] = bytes.toString("utf8", 0, 64).split(/\r?\n/, 1);
  const found = Object.entries(SOURCE).find(([, one]) => one.ending === ending && one.header === line);
  return found?.[0] as Language | undefined;
}
