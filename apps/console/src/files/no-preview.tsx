import type { Entry } from "./directory-query.ts";
import { sizeText } from "./file-facts.ts";
import styles from "./preview.module.css";
import { extensionOf } from "./preview-kind.ts";

/** For a file that has nothing to show. */
export function NoPreview({ entry }: { readonly entry: Entry }) {
  const extension = extensionOf(entry.name);
  return (
    <div className={styles["none"]}>
      <p>{extension === "" ? "This file is not a text." : `A .${extension} file is not shown here.`}</p>
      <p className="muted">Download it to open it: {sizeText(entry.file_size ?? 0)}.</p>
    </div>
  );
}
