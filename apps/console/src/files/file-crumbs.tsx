import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import browse from "../browse/browse.module.css";
import { shownName } from "../shell/shown-name.ts";
import { folderAddress, pathOf } from "./file-path.ts";

/** The way to a folder: a link for each part but the last, which the heading has. */
export function FileCrumbs({ parts }: { readonly parts: readonly string[] }) {
  const above = parts.slice(0, -1).map((label, index) => {
    return { label, to: folderAddress(pathOf(parts.slice(0, index + 1))) };
  });
  return (
    <nav className={browse["crumbs"]} aria-label="Where this is">
      {[{ label: "Files", to: "/files" }, ...above].map(({ label, to }, index) => (
        <Fragment key={to}>
          {index > 0 && <ChevronRight size={14} aria-hidden />}
          <Link to={to} activeOptions={{ exact: true }}>
            {shownName(label)}
          </Link>
        </Fragment>
      ))}
    </nav>
  );
}
