import { fileTarget } from "@front-door/api-client";
import { ExternalLink } from "lucide-react";
import { hasCredential } from "../shell/credential.ts";
import type { Entry } from "./directory-query.ts";
import styles from "./preview.module.css";

/**
 * A link to a PDF, for the browser's own viewer. Chromium's runs the scripts of a PDF whatever the policy says, and they can
 * open a message over the page that shows it. So it has a tab of its own.
 */
export function PdfPreview({ entry }: { readonly entry: Entry }) {
  if (hasCredential()) {
    return (
      <div className={styles["none"]}>
        <p>A PDF is not shown while an API key or a token signs you in.</p>
        <p className="muted">
          The browser’s viewer asks for the file itself, and has neither. Download it to open it.
        </p>
      </div>
    );
  }
  const href = fileTarget({ path: entry.path, disposition: "inline" });
  return (
    <div className={styles["none"]}>
      <p>A PDF can run scripts, so it is not shown inside the console.</p>
      <a className="button" href={href} target="_blank" rel="noopener">
        <ExternalLink size={16} aria-hidden />
        Open in a new tab
      </a>
    </div>
  );
}
