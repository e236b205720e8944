import { Crumbs } from "../shell/crumbs.tsx";
import { folderAddress, pathOf } from "./file-path.ts";

/** The way to a folder: a link for each part but the last, which the heading has. */
export function FileCrumbs({ parts }: { readonly parts: readonly string[] }) {
  const above = parts.slice(0, -1).map((label, index) => {
    return { label, to: folderAddress(pathOf(parts.slice(0, index + 1))) };
  });
  return <Crumbs above={[{ label: "Files", to: "/files" }, ...above]} />;
}
