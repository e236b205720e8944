import styles from "./browse.module.css";
import { cellText } from "./cell-text.ts";

interface RowsTableProps {
  readonly label: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type?: string;
    readonly isNumeric?: boolean;
  }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The first rows of something, to look at. */
export function RowsTable({ label, columns, rows }: RowsTableProps) {
  const className = (column: number) => (columns[column]?.isNumeric === true ? "number" : undefined);
  return (
    <div className={styles["scroll"]} role="region" aria-label={label} tabIndex={0}>
      <table className={styles["table"]} data-dense>
        <thead>
          <tr>
            {columns.map(({ name, type }, column) => (
              // Two columns can have the same name.
              <th key={column} scope="col" className={className(column)}>
                {name} {type !== undefined && <span className={styles["columnType"]}>{type}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // The rows of a preview have no other identity than their order, which does not change.
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className={className(column)}>
                  {cell === null ? <span className="muted">NULL</span> : cellText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
