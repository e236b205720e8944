import styles from "./browse.module.css";
import { shownCells, shownText } from "./shown-cells.ts";

interface RowsTableProps {
  readonly label: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type?: string;
    readonly isNumeric?: boolean;
  }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The first rows of something, to look at. It says what it leaves out: see {@link shownCells}. */
export function RowsTable({ label, columns: allColumns, rows: allRows }: RowsTableProps) {
  const { columns, rows, note } = shownCells(allColumns, allRows);
  const className = (column: number) => (columns[column]?.isNumeric === true ? "number" : undefined);
  return (
    <div className={styles["scroll"]} role="region" aria-label={label} tabIndex={0}>
      {note !== undefined && <p className={styles["count"]}>{note}</p>}
      <table className={styles["table"]} data-dense>
        <thead>
          <tr>
            {columns.map(({ name, type }, column) => (
              // Two columns can have the same name.
              <th key={column} scope="col" className={className(column)}>
                {shownText(name)}{" "}
                {type !== undefined && <span className={styles["columnType"]}>{shownText(type)}</span>}
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
                  {cell === null ? <span className="muted">NULL</span> : shownText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
