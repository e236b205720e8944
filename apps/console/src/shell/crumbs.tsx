import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import styles from "./crumbs.module.css";
import { shownName } from "./shown-name.ts";

interface CrumbsProps {
  readonly above: readonly { readonly label: string; readonly to: string }[];
}

/** The way to a page: a link for each place above it. */
export function Crumbs({ above }: CrumbsProps) {
  return (
    <nav className={styles["crumbs"]} aria-label="Where this is">
      {above.map(({ label, to }, index) => (
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
