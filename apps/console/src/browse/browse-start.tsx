import page from "../shell/page.module.css";
import styles from "./browse.module.css";

/** What the page says before anything is open. */
export function BrowseStart() {
  return (
    <div className={page["page"]}>
      <h1>Browse</h1>
      <p className="muted">Open a catalog on the left. Each page has an address that can be shared.</p>
      <dl className={styles["keys"]}>
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>Go to anything by its name</dd>
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
