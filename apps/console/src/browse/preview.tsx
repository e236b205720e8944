import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import styles from "./browse.module.css";
import { isNumeric } from "./cell-text.ts";
import { RowsTable } from "./rows-table.tsx";

interface PreviewProps {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

const row_limit = 100;

/** The first rows of a table. */
export function Preview(where: PreviewProps) {
  const { data, error, refetch } = useQuery(queryOptions(frontDoor, "previewTable", { ...where, row_limit }));
  if (error !== null) return <ErrorView error={error} retry={refetch} />;
  if (data === undefined) return <p className="muted">Asking the warehouse…</p>;
  const count = data.rows.length.toLocaleString();
  const columns = data.columns.map(({ name: column, type, type_text }) => {
    return { name: column, type: type_text, isNumeric: isNumeric(type) };
  });
  return (
    <>
      <RowsTable label="Preview" columns={columns} rows={data.rows} />
      <p className={styles["count"]}>
        {data.rows.length === 0 && "It has no rows."}
        {data.rows.length > 0 &&
          (data.truncated ? `The first ${count} rows. There are more.` : `All rows: ${count}.`)}
      </p>
    </>
  );
}
