import styles from "../shell/action-dialog.module.css";
import { shownName } from "../shell/shown-name.ts";
import { SignInLink } from "../shell/sign-in-link.tsx";
import type { FileFailure } from "./file-job-run.ts";
import { nameOf } from "./file-path.ts";

const shown = 4;

/** What went wrong, by file. */
export function FileFailures({ failures }: { readonly failures: readonly FileFailure[] }) {
  if (failures.length === 0) return undefined;
  return (
    <ul className={styles["failures"]} role="alert">
      {failures.slice(0, shown).map(({ path, error }) => (
        <li key={path}>
          {path !== "" && <strong>{shownName(nameOf(path))}: </strong>}
          {error.message} <SignInLink error={error} />
        </li>
      ))}
      {failures.length > shown && <li>And {(failures.length - shown).toLocaleString()} more.</li>}
    </ul>
  );
}
