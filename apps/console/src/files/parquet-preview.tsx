import { Tabs } from "@base-ui/react/tabs";
import { FrontDoorError } from "@front-door/api-client";
import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { queryOptions, useQuery } from "@tanstack/react-query";
import browse from "../browse/browse.module.css";
import { RowsTable } from "../browse/rows-table.tsx";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";
import { counted } from "./file-facts.ts";
import { readParquetInWorker } from "./parquet-in-worker.ts";
import type { ParquetStart } from "./parquet-start.ts";
import styles from "./preview.module.css";

const rowsMax = 100;

const parquetQuery = ({ path, file_size: byteLength = 0, last_modified: time }: Entry) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "parquet", path, byteLength, time] as const,
    queryFn: async ({ signal }) => {
      const slice = async (start: number, end = byteLength) => {
        const part = await frontDoor.download(path, { start, end: end - 1, signal });
        // The client makes a buffer of its own, which is never shared.
        return (await part.bytes()).buffer as ArrayBuffer;
      };
      return readParquetInWorker({ byteLength, slice }, rowsMax, signal);
    },
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** The first rows of a Parquet file and its schema. Only the parts of the file that hold them are read. */
export function ParquetPreview({ entry }: { readonly entry: Entry }) {
  const { data, error, refetch } = useQuery(parquetQuery(entry));
  if (error instanceof FrontDoorError) return <ErrorView error={error} retry={refetch} />;
  if (error !== null) return <p>This is no Parquet file that can be shown here: {error.message}</p>;
  if (data === undefined) return <p className="muted">Reading the first rows…</p>;
  return (
    <Tabs.Root defaultValue="rows" className={`${browse["tabs"]} ${styles["tabs"]}`}>
      <Tabs.List className={browse["tabList"]} activateOnFocus={false}>
        <Tabs.Tab value="rows" className={browse["tab"]}>
          Rows
        </Tabs.Tab>
        <Tabs.Tab value="schema" className={browse["tab"]}>
          Schema <span className="muted">{data.columns.length}</span>
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="rows" className={styles["panel"]}>
        <p className={styles["note"]}>{rowWords(data)}</p>
        <RowsTable label={`Rows of ${entry.name}`} columns={data.shown} rows={data.rows} />
      </Tabs.Panel>
      <Tabs.Panel value="schema" className={styles["panel"]}>
        <p className={styles["note"]}>
          {counted(data.rowCount, "row")}
          {data.createdBy !== undefined && `, written by ${data.createdBy}`}
        </p>
        <RowsTable
          label={`Columns of ${entry.name}`}
          columns={[{ name: "Name" }, { name: "Type" }]}
          rows={data.columns.map(({ name, type }) => [name, type])}
        />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function rowWords({ rows, rowCount, shown, columns, isRounded }: ParquetStart): string {
  const words = [
    rows.length < rowCount
      ? `The first ${counted(rows.length, "row")} of ${rowCount.toLocaleString()}.`
      : `All rows: ${rowCount.toLocaleString()}.`,
  ];
  if (shown.length < columns.length) {
    words.push(
      `The first ${counted(shown.length, "column")} of ${columns.length.toLocaleString()}: the others are too large, or too many.`,
    );
  }
  if (isRounded) words.push("A DECIMAL within an array, a map or a struct may be rounded.");
  return words.join(" ");
}
