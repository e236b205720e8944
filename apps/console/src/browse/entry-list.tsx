import { Link } from "@tanstack/react-router";
import { shownName } from "../shell/shown-name.ts";
import styles from "./browse.module.css";
import { ObjectIcon } from "./object-icon.tsx";
import type { Icon } from "./tree-rows.ts";

interface ListedEntry {
  readonly to: string;
  readonly icon: Icon;
  readonly name: string;
  readonly comment?: string | undefined;
}

interface EntryListProps {
  readonly title: string;
  readonly entries: readonly ListedEntry[];
}

/** What something contains: a link for each, with its comment. */
export function EntryList({ title, entries }: EntryListProps) {
  return (
    <section className={styles["list"]}>
      <h2>
        {title} <span className="muted">{entries.length.toLocaleString()}</span>
      </h2>
      {entries.length > 0 && (
        <ul>
          {entries.map(({ to, icon, name, comment }) => (
            <li key={to}>
              <Link to={to} className={styles["entry"]}>
                <ObjectIcon icon={icon} size={16} />
                <span className={styles["entryName"]}>{shownName(name)}</span>
                <span className={styles["entryComment"]}>{comment}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
