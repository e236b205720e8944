import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { RowsTable } from "../browse/rows-table.tsx";
import { columnsMax } from "../browse/shown-cells.ts";
import { ErrorView } from "../shell/error-view.tsx";
import { csvRows } from "./csv-rows.ts";
import { decodedText } from "./decoded-text.ts";
import type { Entry } from "./directory-query.ts";
import { counted } from "./file-facts.ts";
import { fileStartQuery, startBytesMax } from "./file-start.ts";
import { NoPreview } from "./no-preview.tsx";
import styles from "./preview.module.css";
import { startWords } from "./text-preview.tsx";

const rowsMax = 500;

/** The first rows of a CSV or TSV file, in columns. */
export function CsvPreview({ entry }: { readonly entry: Entry }) {
  const { data, error, refetch } = useQuery(fileStartQuery(entry, startBytesMax));
  const table = useMemo(() => {
    const text = data && decodedText(data.bytes);
    return text === undefined ? undefined : csvRows(text, { isCut: data?.isCut === true, rowsMax });
  }, [data]);
  if (error !== null) return <ErrorView error={error} retry={refetch} />;
  if (data === undefined) return <p className="muted">Loading…</p>;
  if (table === undefined) return <NoPreview entry={entry} />;
  if (table.head.length === 0) return <p className="muted">The file is empty.</p>;
  const { head, rows, hasMore } = table;
  const columns = head.map((name, column) => {
    return { name, isNumeric: column < columnsMax && isNumeric(rows, column) };
  });
  return (
    <>
      <p className={styles["note"]}>
        {hasMore
          ? `The first ${counted(rows.length, "row")}. There are more.`
          : `All rows: ${rows.length.toLocaleString()}.`}{" "}
        {data.isCut && startWords(entry)}
      </p>
      <RowsTable label={`Rows of ${entry.name}`} columns={columns} rows={rows} />
    </>
  );
}

/** Whether a column stands at the right, digit below digit: all that is in it are numbers. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? "").filter((cell) => cell !== "");
  return cells.length > 0 && cells.every((cell) => Number.isFinite(Number(cell)));
}
