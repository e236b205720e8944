import { useState } from "react";
import type { Entry } from "./directory-query.ts";
import { nameProblem } from "./name-problem.ts";

export type Destination = ReturnType<typeof useDestination>;

/** Where entries go: a folder, and a name in it for a single entry. */
export function useDestination(from: string, single: Entry | undefined) {
  const [written, setFolder] = useState(from);
  const [name, setName] = useState(single?.name ?? "");
  const folder = withoutSlash(written);
  return {
    /** As it was written. */
    written,
    folder,
    setFolder,
    name,
    setName,
    of: (entry: Entry) => `${folder}/${single === undefined ? entry.name : name}`,
    problem: problemOf(folder, single && name),
    isUnchanged: written === from && (single === undefined || name === single.name),
  };
}

function problemOf(folder: string, name: string | undefined): string | undefined {
  const parts = folder.split("/");
  if (parts[1] !== "Volumes" || parts.length < 5 || parts.slice(1).includes("")) {
    return "A folder is /Volumes/<catalog>/<schema>/<volume>, or lies below it.";
  }
  return name === undefined ? undefined : nameProblem(name);
}

function withoutSlash(folder: string): string {
  return folder.endsWith("/") ? folder.slice(0, -1) : folder;
}
