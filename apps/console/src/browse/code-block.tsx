import { CopyButton } from "../shell/copy-button.tsx";
import styles from "./browse.module.css";

/** A text of several lines in a fixed pitch, to read and to copy. */
export function CodeBlock({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className={styles["code"]}>
      <pre tabIndex={0}>{text}</pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
