import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { decodedText } from "./decoded-text.ts";
import type { Entry } from "./directory-query.ts";
import { sizeText } from "./file-facts.ts";
import { fileStartQuery, startBytesMax } from "./file-start.ts";
import { NoPreview } from "./no-preview.tsx";
import { prettyJson } from "./pretty-json.ts";
import styles from "./preview.module.css";

interface PreviewProps {
  readonly entry: Entry;
}

/** The first MiB of a text. */
export function TextPreview({ entry }: PreviewProps) {
  return <StartOfText entry={entry} shown={(text) => ({ text })} />;
}

/** JSON on lines of its own. A file that is cut, is no JSON or is nested deeply is shown as it is. */
export function JsonPreview({ entry }: PreviewProps) {
  return <StartOfText entry={entry} shown={shownJson} />;
}

function shownJson(text: string, isCut: boolean): ShownText {
  if (isCut) return { text };
  try {
    const pretty = prettyJson(text);
    return pretty === undefined
      ? { text, note: "It is shown as it is: set out in lines, it would be too large." }
      : { text: pretty };
  } catch (error) {
    return { text, note: `It is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

interface ShownText {
  readonly text: string;
  readonly note?: string;
}

interface StartOfTextProps extends PreviewProps {
  readonly shown: (text: string, isCut: boolean) => ShownText;
}

function StartOfText({ entry, shown }: StartOfTextProps) {
  const { data, error, refetch } = useQuery(fileStartQuery(entry, startBytesMax));
  if (error !== null) return <ErrorView error={error} retry={refetch} />;
  if (data === undefined) return <p className="muted">Loading…</p>;
  const decoded = decodedText(data.bytes);
  if (decoded === undefined) return <NoPreview entry={entry} />;
  if (decoded === "") return <p className="muted">The file is empty.</p>;
  const { text, note } = shown(decoded, data.isCut);
  return (
    <>
      {(data.isCut || note !== undefined) && <p className={styles["note"]}>{note ?? startWords(entry)}</p>}
      <pre className={styles["text"]} tabIndex={0} aria-label={`Text of ${entry.name}`} role="region">
        {text}
      </pre>
    </>
  );
}

/** Says that there is more of the file than is shown. */
export function startWords({ file_size: size = 0 }: Entry): string {
  return `The first ${sizeText(startBytesMax)} of ${sizeText(size)}.`;
}
