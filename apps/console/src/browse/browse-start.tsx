import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import page from "../shell/page.module.css";
import styles from "./browse.module.css";
import { catalogsQuery } from "./catalog-queries.ts";
import { EntryList } from "./entry-list.tsx";
import { addressOf } from "./place.ts";

/** What the page says before anything is open. */
export function BrowseStart() {
  const { data, error, refetch } = useQuery(catalogsQuery());
  return (
    <div className={page["page"]}>
      <h1>Browse</h1>
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {data !== undefined && (
        <EntryList
          title="Catalogs"
          entries={data.map(({ name, comment }) => {
            return { to: addressOf({ catalog: name }), icon: "catalog", name, comment };
          })}
        />
      )}
      <dl className={styles["keys"]}>
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>Go to a page, a query, or what is loaded, by its name</dd>
        <dt>
          <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd>
        </dt>
        <dd>Move in the tree, open and close</dd>
        <dt>
          <kbd>a</kbd> – <kbd>z</kbd>
        </dt>
        <dd>Jump to a name in the tree</dd>
      </dl>
    </div>
  );
}
