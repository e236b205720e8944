import type { Api } from "@front-door/api-client";
import styles from "./browse.module.css";

interface ColumnsTableProps {
  readonly label: string;
  readonly columns: readonly (Api.Column | Api.FunctionParameter)[];
}

/** Columns or parameters: their names, types and comments, in their order. */
export function ColumnsTable({ label, columns }: ColumnsTableProps) {
  return (
    <div className={styles["scroll"]} role="region" aria-label={label} tabIndex={0}>
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col" className={`number ${styles["ordinal"]}`}>
              #
            </th>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Comment</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column, index) => (
            <tr key={column.name}>
              <td className={`number muted ${styles["ordinal"]}`}>{index + 1}</td>
              <th scope="row">{column.name}</th>
              <td>
                <code className={styles["type"]}>{column.type_text ?? column.type}</code>
                {"nullable" in column && !column.nullable && <span className="chip">not null</span>}
              </td>
              <td className={styles["comment"]}>{column.comment}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
