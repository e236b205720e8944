import { OperationError } from "@front-door/operations";

/** The failure of a result whose rows the gateway has no memory for, however few are fetched at once. */
export function rowTooLarge(rowBytesMax: number): OperationError {
  return new OperationError(
    "ROW_TOO_LARGE",
    `A row of the result, or the rows that Databricks sent at once, have more than ${rowBytesMax / 1024 ** 2} MiB. ` +
      "Select fewer columns, shorten long values with substr(), or ask for fewer rows with LIMIT.",
  );
}
