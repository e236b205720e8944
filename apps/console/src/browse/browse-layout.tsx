import { Outlet, useRouterState } from "@tanstack/react-router";
import styles from "./browse-layout.module.css";
import { placeOf } from "./place.ts";
import { Tree } from "./tree.tsx";

/** The tree, and beside it the page of what is open. Where there is no room for both, one of them. */
export function BrowseLayout() {
  const hasPage = useRouterState({ select: ({ location }) => placeOf(location.pathname) !== undefined });
  return (
    <div className={styles["layout"]} data-has-page={hasPage || undefined}>
      <aside className={styles["tree"]} aria-label="Catalog tree">
        <Tree />
      </aside>
      <div className={styles["page"]}>
        <Outlet />
      </div>
    </div>
  );
}
