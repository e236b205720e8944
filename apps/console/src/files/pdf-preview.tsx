import { fileTarget } from "@front-door/api-client";
import { hasCredential } from "../shell/credential.ts";
import type { Entry } from "./directory-query.ts";
import styles from "./preview.module.css";

/** A PDF in the browser's own viewer, in which the API lets nothing run. */
export function PdfPreview({ entry }: { readonly entry: Entry }) {
  if (hasCredential()) {
    return (
      <div className={styles["none"]}>
        <p>A PDF is not shown here while an API key or a token signs you in.</p>
        <p className="muted">
          The browser’s viewer asks for the file itself, and has neither. Download it to open it.
        </p>
      </div>
    );
  }
  const src = fileTarget({ path: entry.path, disposition: "inline" });
  return <iframe className={styles["pdf"]} src={src} title={entry.name} />;
}
