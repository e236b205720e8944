import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import styles from "./browse.module.css";
import { cellText, isNumeric } from "./cell-text.ts";

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
  if (data === undefined) return <p className="muted">Asking the warehouse …</p>;
  const numeric = data.columns.map(({ type }) => isNumeric(type));
  const count = data.rows.length.toLocaleString();
  return (
    <>
      <div className={styles["scroll"]} role="region" aria-label="Preview" tabIndex={0}>
        <table className={styles["table"]} data-dense>
          <thead>
            <tr>
              {data.columns.map(({ name, type_text, position }) => (
                <th key={position} scope="col" className={numeric[position] ? "number" : undefined}>
                  {name} <span className={styles["columnType"]}>{type_text}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row, index) => (
              // The rows of a preview have no other identity than their order, which does not change.
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column} className={numeric[column] ? "number" : undefined}>
                    {cell === null ? <span className="muted">NULL</span> : cellText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles["count"]}>
        {data.rows.length === 0 && "It has no rows."}
        {data.rows.length > 0 &&
          (data.truncated ? `The first ${count} rows. There are more.` : `All rows: ${count}.`)}
      </p>
    </>
  );
}
